export * from './config';
export * from './demo-issuer';
export * from './failpoint';
