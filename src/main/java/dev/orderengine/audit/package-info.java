/** Who did what: an append-only log, sealed by a chain of hashes, searched and verified. */
package dev.orderengine.audit;
