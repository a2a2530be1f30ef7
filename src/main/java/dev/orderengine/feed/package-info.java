/** What happens to orders, as it happens: one tail an engine, which event streams and held calls are told by. */
package dev.orderengine.feed;
