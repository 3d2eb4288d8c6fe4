export { migrate, type MigrateOptions } from './migrations/migrate';
export { connectionConfig, createPool, type PoolOptions } from './pool/pool';
