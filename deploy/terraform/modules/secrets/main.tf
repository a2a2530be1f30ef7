# The key that everything is encrypted with, and the engine's secrets, under /prod/order-system/ in production.
variable "name" { type = string }
variable "environment" { type = string }

locals {
  path = var.environment == "production" ? "/prod/order-system" : "/${var.environment}/order-system"
}

resource "aws_kms_key" "this" {
  description             = "Data of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

# Its values are put in by hand or by the rotation, never by Terraform: they would be in the state.
resource "aws_secretsmanager_secret" "this" {
  name        = "${local.path}/order-system-secrets"
  description = "The engine's secrets: ENGINE_DATABASE_PASSWORD, ENGINE_PAYMENTS_STRIPE_API_KEY, ENGINE_PAYMENTS_PAYPAL_CLIENT_SECRET and so on, as JSON"
  kms_key_id  = aws_kms_key.this.arn
}

# Of the owner of the tables, for migrations: a secret of its own, granted and rotated by itself.
resource "aws_secretsmanager_secret" "database_owner" {
  name        = "${local.path}/order-system-database-owner"
  description = "ENGINE_DATABASE_MIGRATION_PASSWORD, as JSON"
  kms_key_id  = aws_kms_key.this.arn
}

# RDS rotates the administrator's own secret. This one has keys of providers, which people make: an alarm says when one is 30 days old.
resource "aws_cloudwatch_event_rule" "rotation_due" {
  name                = "${var.name}-rotation-due"
  description         = "Every 30 days: rotate the providers' keys, docs/operations.md"
  schedule_expression = "rate(30 days)"
}

resource "aws_sns_topic" "rotation_due" {
  name              = "${var.name}-rotation-due"
  kms_master_key_id = "alias/aws/sns"
}

resource "aws_cloudwatch_event_target" "rotation_due" {
  rule = aws_cloudwatch_event_rule.rotation_due.name
  arn  = aws_sns_topic.rotation_due.arn
}

output "owner_arn" { value = aws_secretsmanager_secret.database_owner.arn }
output "arn" { value = aws_secretsmanager_secret.this.arn }
output "kms_key_arn" { value = aws_kms_key.this.arn }
