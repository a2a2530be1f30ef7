# Who may do what: the engine uses its queues and its secret; read looks; write changes; deploy releases and cannot delete; admin does
# the rest. Nobody has a long-lived key.
variable "name" { type = string }
variable "environment" { type = string }
variable "queue_arns" { type = list(string) }
variable "secret_arns" { type = list(string) }
variable "kms_key_arn" { type = string }
variable "repository_arn" { type = string }
variable "edge_bucket_arn" { type = string }
variable "backup_bucket_arn" { type = string }
variable "distribution_arn" { type = string }
variable "cluster_oidc_url" { type = string }
variable "cluster_arn" { type = string }
variable "cluster_name" { type = string }
variable "github_repository" { type = string }
variable "service_account" { type = string }

data "aws_caller_identity" "this" {}

locals {
  account      = data.aws_caller_identity.this.account_id
  cluster_oidc = trimprefix(var.cluster_oidc_url, "https://")
  github_oidc  = "token.actions.githubusercontent.com"
  engine_may = [
    { Effect = "Allow", Action = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"], Resource = var.queue_arns },
    { Effect = "Allow", Action = ["secretsmanager:GetSecretValue"], Resource = var.secret_arns },
    { Effect = "Allow", Action = ["kms:Decrypt"], Resource = [var.kms_key_arn] },
  ]
  # It adds and reads dumps; it removes none, and may not write over one for good: the bucket keeps versions.
  backup_may = [
    { Effect = "Allow", Action = ["s3:PutObject", "s3:GetObject"], Resource = ["${var.backup_bucket_arn}/database/*"] },
    { Effect = "Allow", Action = ["s3:ListBucket"], Resource = [var.backup_bucket_arn] },
    { Effect = "Allow", Action = ["kms:GenerateDataKey", "kms:Decrypt"], Resource = [var.kms_key_arn] },
  ]
  deploy_may = [
    { Effect = "Allow", Action = ["ecr:GetAuthorizationToken"], Resource = ["*"] },
    { Effect = "Allow", Action = ["ecr:BatchCheckLayerAvailability", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:DescribeImages", "ecr:DescribeImageScanFindings"], Resource = [var.repository_arn] },
    { Effect = "Allow", Action = ["eks:DescribeCluster"], Resource = [var.cluster_arn] },
    { Effect = "Allow", Action = ["cloudfront:GetDistributionConfig", "cloudfront:UpdateDistribution", "cloudfront:CreateInvalidation"], Resource = [var.distribution_arn] },
    { Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject"], Resource = ["${var.edge_bucket_arn}/cloudfront/*"] },
    { Effect = "Deny", Action = ["ecr:BatchDeleteImage", "ecr:DeleteRepository", "s3:DeleteObject*", "s3:DeleteBucket", "rds:Delete*", "elasticache:Delete*", "sqs:DeleteQueue", "eks:Delete*", "cloudfront:Delete*", "secretsmanager:DeleteSecret", "kms:ScheduleKeyDeletion", "iam:*"], Resource = ["*"] },
  ]
}

resource "aws_iam_role" "engine" {
  name = "order-engine-${var.environment}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect    = "Allow"
    Action    = "sts:AssumeRoleWithWebIdentity"
    Principal = { Federated = "arn:aws:iam::${local.account}:oidc-provider/${local.cluster_oidc}" }
    Condition = { StringEquals = { "${local.cluster_oidc}:sub" = var.service_account, "${local.cluster_oidc}:aud" = "sts.amazonaws.com" } }
  }] })
}

resource "aws_iam_role_policy" "engine" {
  name   = "engine"
  role   = aws_iam_role.engine.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.engine_may })
}

# Of the host that Ansible makes the host of backups.
resource "aws_iam_role" "backup" {
  name = "${var.name}-backup"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect    = "Allow"
    Action    = "sts:AssumeRole"
    Principal = { Service = "ec2.amazonaws.com" }
  }] })
}

resource "aws_iam_role_policy" "backup" {
  name   = "backup"
  role   = aws_iam_role.backup.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.backup_may })
}

resource "aws_iam_instance_profile" "backup" {
  name = "${var.name}-backup"
  role = aws_iam_role.backup.name
}

resource "aws_iam_role" "deploy" {
  name = "${var.name}-deploy-only"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect    = "Allow"
    Action    = "sts:AssumeRoleWithWebIdentity"
    Principal = { Federated = "arn:aws:iam::${local.account}:oidc-provider/${local.github_oidc}" }
    Condition = { StringEquals = {
      "${local.github_oidc}:aud" = "sts.amazonaws.com"
      "${local.github_oidc}:sub" = "repo:${var.github_repository}:environment:${var.environment}"
    } }
  }] })
}

resource "aws_iam_role_policy" "deploy" {
  name   = "deploy-only"
  role   = aws_iam_role.deploy.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.deploy_may })
}

# In the cluster: edits what there is in its namespace, by Kubernetes' own rights.
resource "aws_eks_access_entry" "deploy" {
  cluster_name  = var.cluster_name
  principal_arn = aws_iam_role.deploy.arn
}

resource "aws_eks_access_policy_association" "deploy" {
  cluster_name  = var.cluster_name
  principal_arn = aws_iam_role.deploy.arn
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy"
  access_scope {
    type       = "namespace"
    namespaces = [var.name]
  }
}

# People sign in with a second factor and take one of these.
resource "aws_iam_role" "people" {
  for_each = {
    read  = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    write = "arn:aws:iam::aws:policy/PowerUserAccess"
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
  }
  name                 = "${var.name}-${each.key}"
  max_session_duration = 3600
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect    = "Allow"
    Action    = "sts:AssumeRole"
    Principal = { AWS = "arn:aws:iam::${local.account}:root" }
    Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }
  }] })
}

resource "aws_iam_role_policy_attachment" "people" {
  for_each = {
    read  = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    write = "arn:aws:iam::aws:policy/PowerUserAccess"
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
  }
  role       = aws_iam_role.people[each.key].name
  policy_arn = each.value
}

output "engine_role_arn" { value = aws_iam_role.engine.arn }
output "deploy_role_arn" { value = aws_iam_role.deploy.arn }
output "engine_statements" { value = local.engine_may }
output "backup_profile" { value = aws_iam_instance_profile.backup.name }
output "backup_statements" { value = local.backup_may }
output "deploy_statements" { value = local.deploy_may }
