Subject: Your order ${order_id}

Hello<#if name??> ${name}</#if>,

thank you for your order ${order_id}:

<#list items as item>
  ${item.quantity} × ${item.name}  ${item.amount}
</#list>

Total: ${total}
