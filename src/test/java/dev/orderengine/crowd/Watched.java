package dev.orderengine.crowd;

/** An order that is watched, in the version that its watchers know. */
record Watched(String id, int version) {}
