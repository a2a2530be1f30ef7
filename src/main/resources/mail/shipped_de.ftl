Subject: Ihre Bestellung ${order_id} ist <#if digital>bereit<#else>unterwegs</#if>

Guten Tag<#if name??> ${name}</#if>,

<#if digital>das steht für Sie bereit<#else>das ist auf dem Weg zu Ihnen</#if>:

<#list items as item>
  ${item.quantity} × ${item.name}
</#list>
<#if tracking??>

Sendungsnummer: ${tracking}
</#if>
