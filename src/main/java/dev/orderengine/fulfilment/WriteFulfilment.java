package dev.orderengine.fulfilment;

import dev.orderengine.order.Effect;
import dev.orderengine.order.Fulfilment;

/** A parcel is written as it is now, whether it is new or has moved. */
record WriteFulfilment(Fulfilment fulfilment) implements Effect {}
