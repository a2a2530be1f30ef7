package dev.orderengine.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/** Making and reading records by their components. */
final class Reflection {

    private Reflection() {}

    /** @throws InvalidSettings when the record refuses its values */
    static <R extends Record> R construct(Class<R> type, Object[] arguments) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).newInstance(arguments);
        } catch (InvocationTargetException refused) {
            if (refused.getCause() instanceof InvalidSettings invalid) {
                throw invalid;
            }
            throw new IllegalStateException("Cannot make a " + type.getSimpleName(), refused.getCause());
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(type + " has no usable constructor", impossible);
        }
    }

    static Object get(RecordComponent component, Record section) {
        try {
            return component.getAccessor().invoke(section);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(component + " cannot be read", impossible);
        }
    }
}
