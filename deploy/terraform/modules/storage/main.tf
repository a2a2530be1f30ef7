# Buckets for backups and for CloudFront's earlier configurations: encrypted, versioned, closed to the public, colder with age.
variable "name" { type = string }
variable "kms_key_arn" { type = string }

locals {
  buckets = toset(["backups", "cloudfront"])
}

resource "aws_s3_bucket" "this" {
  for_each = local.buckets
  bucket   = "${var.name}-${each.key}"
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = local.buckets
  bucket   = aws_s3_bucket.this[each.key].id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = local.buckets
  bucket   = aws_s3_bucket.this[each.key].id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
    bucket_key_enabled = true
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each                = local.buckets
  bucket                  = aws_s3_bucket.this[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = local.buckets
  bucket   = aws_s3_bucket.this[each.key].id
  rule {
    id     = "colder-with-age"
    status = "Enabled"
    filter {}
    transition {
      days          = 30
      storage_class = "GLACIER_IR"
    }
    noncurrent_version_expiration {
      noncurrent_days = 90
    }
  }
  # Dumps of the database, as ansible/roles/backup ships them: a year, and what was written over a quarter longer.
  dynamic "rule" {
    for_each = each.key == "backups" ? ["database/"] : []
    content {
      id     = "dumps-end"
      status = "Enabled"
      filter {
        prefix = rule.value
      }
      expiration {
        days = 365
      }
      abort_incomplete_multipart_upload {
        days_after_initiation = 2
      }
    }
  }
}

# Nothing goes there in the clear.
resource "aws_s3_bucket_policy" "this" {
  for_each = local.buckets
  bucket   = aws_s3_bucket.this[each.key].id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect    = "Deny"
    Principal = "*"
    Action    = "s3:*"
    Resource  = ["arn:aws:s3:::${var.name}-${each.key}", "arn:aws:s3:::${var.name}-${each.key}/*"]
    Condition = { Bool = { "aws:SecureTransport" = "false" } }
  }] })
}

output "edge_bucket_arn" { value = aws_s3_bucket.this["cloudfront"].arn }
output "backup_bucket_arn" { value = aws_s3_bucket.this["backups"].arn }
