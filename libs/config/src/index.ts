export * from './config';
export * from './demo-issuer';
