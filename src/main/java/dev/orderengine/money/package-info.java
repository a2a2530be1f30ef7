/** Exact amounts of money, currencies and the rate table. Knows nothing of the rest of the engine. */
package dev.orderengine.money;
