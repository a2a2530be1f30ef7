package dev.orderengine.returns;

import dev.orderengine.order.Effect;
import dev.orderengine.order.GoodsReturn;

/** A return is written as it is now, whether it is new or its goods are back. */
record WriteReturn(GoodsReturn goods) implements Effect {}
