output "database_address" {
  value = module.database.address
}

output "cache_address" {
  value = module.cache.address
}

output "queue_urls" {
  value = module.queue.urls
}

output "repository_url" {
  value = module.cluster.repository_url
}

output "distribution_id" {
  value = module.edge.distribution_id
}

output "engine_role_arn" {
  value = module.access.engine_role_arn
}

output "deploy_role_arn" {
  value = module.access.deploy_role_arn
}

output "backup_profile" {
  value = module.access.backup_profile
}
