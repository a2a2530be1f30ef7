environment     = "development"
replicas        = 1
domain          = "development.orders.example.com"
origin_domain   = "origin.development.orders.example.com"
alert_email     = "orders-operations@example.com"
oidc_repository = "example/order-engine"
