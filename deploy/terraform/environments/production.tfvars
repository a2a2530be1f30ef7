environment     = "production"
replicas        = 4
domain          = "orders.example.com"
origin_domain   = "origin.orders.example.com"
alert_email     = "orders-operations@example.com"
oidc_repository = "example/order-engine"
