package dev.orderengine.rules;

import dev.cel.runtime.CelRuntime.Program;

/** A compiled condition and its text. Used by many threads at once. */
record Condition(String source, Program program) {}
