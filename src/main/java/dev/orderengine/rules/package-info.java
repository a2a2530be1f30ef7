/**
 * The business rules (specification, section 5): facts in, a decision out. Pure: no input or output, no clock, no
 * Vert.x. The caller fetches the facts that an evaluation asks for.
 */
package dev.orderengine.rules;
