/** Payment tokens as they are kept: encrypted, each bound to its payment, under keys that can be rotated while engines run. */
package dev.orderengine.seal;
