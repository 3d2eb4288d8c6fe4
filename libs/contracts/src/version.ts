/** Of this product, as in package.json: what is built does not carry that file along. */
export const VERSION = '0.1.0';
