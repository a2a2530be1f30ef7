/** Bearer tokens: the keys that they are verified by, and what a verified one says. */
package dev.orderengine.http.token;
