Subject: Ihre Bestellung ${order_id}

Guten Tag<#if name??> ${name}</#if>,

vielen Dank für Ihre Bestellung ${order_id}:

<#list items as item>
  ${item.quantity} × ${item.name}  ${item.amount}
</#list>

Summe: ${total}
