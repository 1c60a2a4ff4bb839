/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The properties of one packet, immutable, in the order of the wire.
 *
 * {@snippet :
 * MqttProperties properties =
 *         MqttProperties.builder()
 *                 .with(MqttProperty.RECEIVE_MAXIMUM, 20)
 *                 .with(MqttProperty.USER_PROPERTY, new UserProperty("firmware", "1.4.2"))
 *                 .build();
 * int receiveMaximum = properties.get(MqttProperty.RECEIVE_MAXIMUM).orElse(65_535);
 * }
 *
 * <p>Two lists are equal if they hold the same properties in the same order.
 */
public final class MqttProperties {

    /** No properties, and what every 3.1.1 packet has. */
    public static final MqttProperties EMPTY = new MqttProperties(List.of());

    private final List<Entry<?>> entries;

    /** The sections in which every one of these properties has a place, as bits. */
    private final int sections;

    private final int encodedLength;

    private MqttProperties(List<Entry<?>> entries) {
        this.entries = entries;
        int common = PropertySection.ALL;
        int subscriptionIdentifiers = 0;
        ByteCounter counter = new ByteCounter();
        for (Entry<?> entry : entries) {
            common &= entry.property.sections();
            if (entry.property == MqttProperty.SUBSCRIPTION_IDENTIFIER) {
                subscriptionIdentifiers++;
            }
            entry.write(counter);
        }
        // It is a protocol error to give SUBSCRIBE more than one (section 3.8.2.1.2).
        this.sections =
                subscriptionIdentifiers > 1 ? common & ~PropertySection.SUBSCRIBE.bit() : common;
        this.encodedLength = counter.count();
    }

    /** A list to fill. */
    public static Builder builder() {
        return new Builder();
    }

    /** A list of one. */
    public static <T> MqttProperties of(MqttProperty<T> property, T value) {
        return builder().with(property, value).build();
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Whether the property is there. */
    public boolean has(MqttProperty<?> property) {
        for (Entry<?> entry : entries) {
            if (entry.property == property) {
                return true;
            }
        }
        return false;
    }

    /** The value of a property, the first one if it is given more than once. */
    public <T> Optional<T> get(MqttProperty<T> property) {
        for (Entry<?> entry : entries) {
            Entry<T> found = entry.as(property);
            if (found != null) {
                return Optional.of(found.view());
            }
        }
        return Optional.empty();
    }

    /** Every value of a property that may be repeated, in order. */
    public <T> List<T> all(MqttProperty<T> property) {
        List<T> values = new ArrayList<>();
        for (Entry<?> entry : entries) {
            Entry<T> found = entry.as(property);
            if (found != null) {
                values.add(found.view());
            }
        }
        return List.copyOf(values);
    }

    /** Bytes of all properties, without the length in front of them. */
    int encodedLength() {
        return encodedLength;
    }

    void writeEntries(PacketSink out) {
        for (Entry<?> entry : entries) {
            entry.write(out);
        }
    }

    boolean isAllowedIn(PropertySection section) {
        return (sections & section.bit()) != 0;
    }

    void requireAllowedIn(PropertySection section) {
        if (!isAllowedIn(section)) {
            throw new IllegalArgumentException(
                    "not all of " + this + " have a place in " + section + " (MQTT 5.0 table 2-4)");
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MqttProperties properties && entries.equals(properties.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    /** The names only: values may be personal or secret, and come from outside. */
    @Override
    public String toString() {
        StringJoiner names = new StringJoiner(", ", "[", "]");
        for (Entry<?> entry : entries) {
            names.add(entry.property.toString());
        }
        return names.toString();
    }

    private record Entry<T>(MqttProperty<T> property, T value) {

        void write(PacketSink out) {
            out.writeVariableByteInteger(property.id());
            property.format().write(out, value);
        }

        T view() {
            return property.format().view(value);
        }

        /** This entry with the type of {@code wanted}, null if it holds another property. */
        @SuppressWarnings("unchecked") // The property is the same object, so its value type is too.
        <W> @Nullable Entry<W> as(MqttProperty<W> wanted) {
            return property == (MqttProperty<?>) wanted ? (Entry<W>) this : null;
        }
    }

    /** Collects properties; not for use by several threads. */
    public static final class Builder {

        private final List<Entry<?>> entries = new ArrayList<>(4);

        /** The properties given so far, one bit for each number. */
        private long given;

        private Builder() {}

        /**
         * Adds a property behind those already given.
         *
         * @throws IllegalArgumentException if the value is out of range or not fit for the wire, or
         *     the property was given and must not be repeated
         */
        public <T> Builder with(MqttProperty<T> property, T value) {
            if (has(property) && !property.isRepeatable()) {
                throw new IllegalArgumentException("the " + property + " is given already");
            }
            add(property, property.format().require(value, property.toString()));
            return this;
        }

        boolean has(MqttProperty<?> property) {
            return (given & (1L << property.id())) != 0;
        }

        /** Adds what the decoder has read and checked. */
        <T> void add(MqttProperty<T> property, T value) {
            given |= 1L << property.id();
            entries.add(new Entry<>(property, value));
        }

        /** The list so far. */
        public MqttProperties build() {
            return entries.isEmpty() ? EMPTY : new MqttProperties(List.copyOf(entries));
        }
    }
}
