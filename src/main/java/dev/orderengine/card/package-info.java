/** Card numbers, which the engine neither takes nor keeps nor logs (specification, sections 4 and 10). */
package dev.orderengine.card;
