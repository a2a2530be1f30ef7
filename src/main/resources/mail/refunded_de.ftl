Subject: Ihre Erstattung zur Bestellung ${order_id}

Guten Tag<#if name??> ${name}</#if>,

wir haben <#if refund??>${refund}<#else>Ihr Geld</#if> zu Ihrer Bestellung ${order_id} zurückgesandt, auf dem Weg, auf dem Sie gezahlt
haben. Es kann einige Tage dauern, bis es ankommt.
