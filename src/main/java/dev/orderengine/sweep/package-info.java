/** Periodic work that belongs to nobody's request: expiry, and keeping tables small. */
package dev.orderengine.sweep;
