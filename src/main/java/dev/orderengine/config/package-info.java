/**
 * Settings: {@code conf/application.yaml} with all defaults, the environment over it, typed and checked at the start.
 * {@link dev.orderengine.config.ConfigLoader} reads, {@link dev.orderengine.config.EngineConfig} is what it yields.
 */
package dev.orderengine.config;
