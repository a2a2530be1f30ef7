# What must hold of the infrastructure, against a provider that makes nothing: terraform test.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "000000000000" }
  }
}

run "network" {
  command = plan
  module {
    source = "./modules/network"
  }
  variables {
    name  = "test"
    zones = ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"]
  }
  assert {
    condition     = aws_vpc.this.cidr_block == "10.0.0.0/16" && length(aws_subnet.data) == 4 && length(aws_subnet.compute) == 4
    error_message = "the VPC is 10.0.0.0/16 with private subnets in four zones"
  }
  assert {
    condition     = alltrue([for group in [aws_security_group.web, aws_security_group.compute, aws_security_group.database, aws_security_group.cache] : alltrue([for rule in group.ingress : !contains(coalesce(rule.cidr_blocks, []), "0.0.0.0/0")])])
    error_message = "nothing is open to the world"
  }
  assert {
    condition     = [for rule in aws_security_group.database.ingress : rule.from_port] == [5432] && [for rule in aws_security_group.web.ingress : rule.from_port] == [443]
    error_message = "5432 to the database and 443 to the web tier, and nothing else"
  }
  assert {
    condition     = length(aws_route_table.data.route) == 0
    error_message = "data has no way out"
  }
}

run "database" {
  command = plan
  module {
    source = "./modules/database"
  }
  variables {
    name                  = "test"
    subnet_ids            = ["a", "b"]
    security_group_id     = "sg"
    kms_key_arn           = "arn:aws:kms:us-east-1:000000000000:key/x"
    protect_from_deletion = true
  }
  assert {
    condition     = aws_db_instance.this.multi_az && aws_db_instance.this.storage_encrypted && !aws_db_instance.this.publicly_accessible && aws_db_instance.this.engine_version == "15"
    error_message = "PostgreSQL 15 in two zones, encrypted, private"
  }
  assert {
    condition     = !contains(["orders", "engine"], aws_db_instance.this.username)
    error_message = "neither the owner of the tables nor the engine administers the server"
  }
  assert {
    condition     = aws_db_instance.this.allocated_storage == 100 && aws_db_instance.this.max_allocated_storage == 200 && aws_db_instance.this.storage_type == "gp3"
    error_message = "100 GB gp3, growing to 200"
  }
  assert {
    condition     = aws_db_instance.this.backup_retention_period >= 7 && aws_db_instance.this.deletion_protection && !aws_db_instance.this.skip_final_snapshot
    error_message = "backups are kept, and production cannot be deleted"
  }
}

run "secrets" {
  command = plan
  module {
    source = "./modules/secrets"
  }
  variables {
    name        = "test"
    environment = "production"
  }
  assert {
    condition     = aws_secretsmanager_secret.this.name == "/prod/order-system/order-system-secrets" && aws_secretsmanager_secret.database_owner.name == "/prod/order-system/order-system-database-owner"
    error_message = "the engine's secrets, and apart from them the password of the tables' owner"
  }
}

run "cache" {
  command = plan
  module {
    source = "./modules/cache"
  }
  variables {
    name              = "test"
    subnet_ids        = ["a", "b"]
    security_group_id = "sg"
    kms_key_arn       = "arn:aws:kms:us-east-1:000000000000:key/x"
  }
  assert {
    condition     = aws_elasticache_replication_group.this.transit_encryption_enabled && aws_elasticache_replication_group.this.at_rest_encryption_enabled
    error_message = "Redis is encrypted"
  }
}

run "queue" {
  command = plan
  module {
    source = "./modules/queue"
  }
  variables {
    name = "test"
  }
  assert {
    condition     = length(aws_sqs_queue.this) == 7 && keys(aws_sqs_queue.this) == keys(aws_sqs_queue.dead_letters)
    error_message = "each queue has a dead-letter queue"
  }
  assert {
    condition     = alltrue([for queue in merge(aws_sqs_queue.this, aws_sqs_queue.dead_letters) : queue.message_retention_seconds == 1209600 && queue.sqs_managed_sse_enabled])
    error_message = "14 days, encrypted"
  }
}

run "storage" {
  command = plan
  module {
    source = "./modules/storage"
  }
  variables {
    name        = "test"
    kms_key_arn = "arn:aws:kms:us-east-1:000000000000:key/x"
  }
  assert {
    condition     = alltrue([for block in aws_s3_bucket_public_access_block.this : block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets])
    error_message = "no bucket is public"
  }
  assert {
    condition     = alltrue([for versioning in aws_s3_bucket_versioning.this : versioning.versioning_configuration[0].status == "Enabled"])
    error_message = "buckets are versioned"
  }
  assert {
    condition     = alltrue([for encryption in aws_s3_bucket_server_side_encryption_configuration.this : one(encryption.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms"])
    error_message = "buckets are encrypted"
  }
  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.this["backups"].rule : rule.expiration[0].days if rule.id == "dumps-end"] == [365]
    error_message = "dumps are kept for a year"
  }
  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.this["cloudfront"].rule) == 1
    error_message = "CloudFront's configurations do not expire with the dumps"
  }
}

run "cluster" {
  command = plan
  module {
    source = "./modules/cluster"
  }
  variables {
    name              = "test"
    subnet_ids        = ["a", "b"]
    security_group_id = "sg"
    kms_key_arn       = "arn:aws:kms:us-east-1:000000000000:key/x"
    replicas          = 4
  }
  assert {
    condition     = aws_ecr_repository.this.image_scanning_configuration[0].scan_on_push && aws_ecr_repository.this.image_tag_mutability == "IMMUTABLE"
    error_message = "images are scanned and never replaced"
  }
  assert {
    condition     = aws_eks_node_group.this.scaling_config[0].max_size == 10 && !aws_eks_cluster.this.vpc_config[0].endpoint_public_access
    error_message = "up to ten nodes, no public control plane"
  }
}

run "edge" {
  command = plan
  module {
    source = "./modules/edge"
  }
  variables {
    name          = "test"
    domain        = "orders.example.com"
    origin_domain = "origin.orders.example.com"
  }
  assert {
    condition     = aws_acm_certificate.this.key_algorithm == "RSA_2048" && aws_cloudfront_distribution.this.default_cache_behavior[0].viewer_protocol_policy == "https-only"
    error_message = "RSA 2048, HTTPS only"
  }
  assert {
    condition     = aws_wafv2_web_acl.this.scope == "CLOUDFRONT" && length(aws_wafv2_web_acl.this.rule) == 3
    error_message = "a firewall stands in front"
  }
}

run "access" {
  command = plan
  module {
    source = "./modules/access"
  }
  variables {
    name              = "test"
    environment       = "staging"
    queue_arns        = ["arn:aws:sqs:us-east-1:000000000000:q"]
    secret_arns       = ["arn:aws:secretsmanager:us-east-1:000000000000:secret:s"]
    kms_key_arn       = "arn:aws:kms:us-east-1:000000000000:key/x"
    repository_arn    = "arn:aws:ecr:us-east-1:000000000000:repository/r"
    edge_bucket_arn   = "arn:aws:s3:::b"
    backup_bucket_arn = "arn:aws:s3:::backups"
    distribution_arn  = "arn:aws:cloudfront::000000000000:distribution/D"
    cluster_oidc_url  = "https://oidc.example.com/id/X"
    cluster_arn       = "arn:aws:eks:us-east-1:000000000000:cluster/c"
    cluster_name      = "c"
    github_repository = "example/order-engine"
    service_account   = "system:serviceaccount:n:order-engine"
  }
  assert {
    condition     = alltrue([for statement in output.deploy_statements : alltrue([for action in statement.Action : !strcontains(lower(action), "delete") && !endswith(action, "*")]) if statement.Effect == "Allow"])
    error_message = "who deploys cannot delete"
  }
  assert {
    condition     = anytrue([for statement in output.deploy_statements : statement.Effect == "Deny" && contains(statement.Action, "rds:Delete*") && contains(statement.Action, "ecr:BatchDeleteImage")])
    error_message = "deleting is denied to who deploys, whatever else is granted"
  }
  assert {
    condition     = alltrue([for statement in output.backup_statements : alltrue([for action in statement.Action : !strcontains(lower(action), "delete") && !endswith(action, "*")]) && !contains(statement.Resource, "*")])
    error_message = "the host of backups adds and reads, and removes nothing"
  }
  assert {
    condition     = alltrue([for statement in output.engine_statements : !contains(statement.Resource, "*")])
    error_message = "the engine's rights name what they are for"
  }
}

run "budgets" {
  command = plan
  module {
    source = "./modules/budgets"
  }
  variables {
    name        = "test"
    alert_email = "a@example.com"
  }
  assert {
    condition     = output.limits == { total = 1500, compute = 500, storage = 200, network = 150, database = 300 }
    error_message = "the budgets of the requirements"
  }
  assert {
    condition     = alltrue([for budget in aws_budgets_budget.this : alltrue([for note in budget.notification : note.threshold == 80])])
    error_message = "alarms at 80 %"
  }
}
