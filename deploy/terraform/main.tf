locals {
  name = "order-engine-${var.environment}"
}

module "network" {
  source = "./modules/network"
  name   = local.name
  zones  = var.zones
}

module "secrets" {
  source      = "./modules/secrets"
  name        = local.name
  environment = var.environment
}

module "database" {
  source                = "./modules/database"
  name                  = local.name
  subnet_ids            = module.network.data_subnet_ids
  security_group_id     = module.network.database_security_group_id
  kms_key_arn           = module.secrets.kms_key_arn
  protect_from_deletion = var.environment == "production"
}

module "cache" {
  source            = "./modules/cache"
  name              = local.name
  subnet_ids        = module.network.data_subnet_ids
  security_group_id = module.network.cache_security_group_id
  kms_key_arn       = module.secrets.kms_key_arn
}

module "queue" {
  source = "./modules/queue"
  name   = local.name
}

module "storage" {
  source      = "./modules/storage"
  name        = local.name
  kms_key_arn = module.secrets.kms_key_arn
}

module "cluster" {
  source            = "./modules/cluster"
  name              = local.name
  subnet_ids        = module.network.compute_subnet_ids
  security_group_id = module.network.compute_security_group_id
  kms_key_arn       = module.secrets.kms_key_arn
  replicas          = var.replicas
}

module "edge" {
  source        = "./modules/edge"
  name          = local.name
  domain        = var.domain
  origin_domain = var.origin_domain
}

module "access" {
  source            = "./modules/access"
  name              = local.name
  environment       = var.environment
  queue_arns        = module.queue.arns
  secret_arns       = [module.secrets.arn, module.secrets.owner_arn]
  kms_key_arn       = module.secrets.kms_key_arn
  repository_arn    = module.cluster.repository_arn
  backup_bucket_arn = module.storage.backup_bucket_arn
  edge_bucket_arn   = module.storage.edge_bucket_arn
  distribution_arn  = module.edge.distribution_arn
  cluster_oidc_url  = module.cluster.oidc_url
  cluster_arn       = module.cluster.arn
  cluster_name      = module.cluster.name
  github_repository = var.oidc_repository
  service_account   = "system:serviceaccount:${local.name}:order-engine"
}

module "budgets" {
  source      = "./modules/budgets"
  name        = local.name
  alert_email = var.alert_email
}
