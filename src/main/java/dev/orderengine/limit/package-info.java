/** How many requests a caller may make: buckets that all engines share, leased from in portions. */
package dev.orderengine.limit;
