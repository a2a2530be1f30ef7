Subject: Your refund for the order ${order_id}

Hello<#if name??> ${name}</#if>,

we have sent <#if refund??>${refund}<#else>your money</#if> for your order ${order_id} back, by the way that you paid it. It may take
some days until you see it.
