/**
 * Third public entry: how part requests and stock cards are folded. Who shows them folds them as who decides on them, so
 * that the two cannot drift apart.
 */
export * from './case/part-request';
export { evolveParts } from './case/case.evolve-parts';
export { returnsDue } from './case/decide-received';
export { evolveStock, isMovement } from './stock/stock.evolve';
export * from './stock/stock.state';
export { transferDecider, type TransferState } from './stock/transfer';
