/** Secrets from where they are kept: files, as Kubernetes mounts them, and AWS Secrets Manager, behind the port {@link dev.orderengine.config.Secrets}. */
package dev.orderengine.secrets;
