/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.nio.ByteBuffer;

/**
 * How the value of a property is written (MQTT 5.0 section 2.2.2.2, column "Type"), and the range
 * it must lie in.
 */
sealed interface PropertyFormat<T> {

    /** Reads one value; a number may still be out of range. */
    T read(PacketReader in) throws MalformedPacket;

    void write(PacketSink out, T value);

    /** Whether the specification allows a value that was read. */
    default boolean inRange(T value) {
        return true;
    }

    /** What a reader of the property gets, so that it cannot change what is kept. */
    default T view(T value) {
        return value;
    }

    /**
     * Checks a value of our own making.
     *
     * @return the value to keep
     * @throws IllegalArgumentException if it must not be written
     */
    default T require(T value, String name) {
        if (!inRange(value)) {
            throw new IllegalArgumentException(
                    value + " is not in the range that MQTT 5.0 gives the " + name);
        }
        return value;
    }

    /** One byte, 0 or 1. */
    record Flag() implements PropertyFormat<Boolean> {
        @Override
        public Boolean read(PacketReader in) throws MalformedPacket {
            int value = in.readByte();
            if (value > 1) {
                throw in.refuse(MqttRule.PROPERTY_VALUE, "flag is " + value + ", not 0 or 1");
            }
            return value == 1;
        }

        @Override
        public void write(PacketSink out, Boolean value) {
            out.writeByte(value ? 1 : 0);
        }
    }

    /** One byte with a range. */
    record OneByte(int least, int most) implements PropertyFormat<Integer> {
        @Override
        public Integer read(PacketReader in) throws MalformedPacket {
            return in.readByte();
        }

        @Override
        public void write(PacketSink out, Integer value) {
            out.writeByte(value);
        }

        @Override
        public boolean inRange(Integer value) {
            return value >= least && value <= most;
        }
    }

    /** Two bytes, with the least value allowed. */
    record TwoBytes(int least) implements PropertyFormat<Integer> {
        @Override
        public Integer read(PacketReader in) throws MalformedPacket {
            return in.readTwoBytes();
        }

        @Override
        public void write(PacketSink out, Integer value) {
            out.writeTwoBytes(value);
        }

        @Override
        public boolean inRange(Integer value) {
            return value >= least && value <= 0xFFFF;
        }
    }

    /** Four bytes, with the least value allowed. */
    record FourBytes(long least) implements PropertyFormat<Long> {
        @Override
        public Long read(PacketReader in) throws MalformedPacket {
            return in.readFourBytes();
        }

        @Override
        public void write(PacketSink out, Long value) {
            out.writeFourBytes(value);
        }

        @Override
        public boolean inRange(Long value) {
            return value >= least && value <= 0xFFFF_FFFFL;
        }
    }

    /** A variable byte integer, never 0. */
    record PositiveVariable() implements PropertyFormat<Integer> {
        @Override
        public Integer read(PacketReader in) throws MalformedPacket {
            return in.readVariableByteInteger();
        }

        @Override
        public void write(PacketSink out, Integer value) {
            out.writeVariableByteInteger(value);
        }

        @Override
        public boolean inRange(Integer value) {
            return value >= 1 && value <= VariableByteInteger.MAX;
        }
    }

    /** A string. */
    record Text() implements PropertyFormat<String> {
        @Override
        public String read(PacketReader in) throws MalformedPacket {
            return in.readString();
        }

        @Override
        public void write(PacketSink out, String value) {
            out.writeString(value);
        }

        @Override
        public String require(String value, String name) {
            Utf8.require(value, "the " + name);
            return value;
        }
    }

    /** A string that is a topic name. */
    record Topic() implements PropertyFormat<TopicName> {
        @Override
        public TopicName read(PacketReader in) throws MalformedPacket {
            String text = in.readString();
            if (TopicName.brokenBy(text) != null) {
                throw in.refuse(MqttRule.RESPONSE_TOPIC, "");
            }
            return TopicName.checked(text);
        }

        @Override
        public void write(PacketSink out, TopicName value) {
            out.writeString(value.text());
        }

        @Override
        public boolean inRange(TopicName value) {
            return !value.isAliased();
        }
    }

    /** Binary data; values are read-only copies of their own. */
    record Binary() implements PropertyFormat<ByteBuffer> {
        @Override
        public ByteBuffer read(PacketReader in) throws MalformedPacket {
            return in.readBinary();
        }

        @Override
        public void write(PacketSink out, ByteBuffer value) {
            out.writeBinary(value);
        }

        @Override
        public boolean inRange(ByteBuffer value) {
            return value.remaining() <= Bytes.FIELD_BYTES_MAX;
        }

        /** A position of its own for each reader. */
        @Override
        public ByteBuffer view(ByteBuffer value) {
            return value.duplicate();
        }

        @Override
        public ByteBuffer require(ByteBuffer value, String name) {
            return Bytes.copyOf(PropertyFormat.super.require(value, name));
        }
    }

    /** Two strings. */
    record Pair() implements PropertyFormat<UserProperty> {
        @Override
        public UserProperty read(PacketReader in) throws MalformedPacket {
            return new UserProperty(in.readString(), in.readString());
        }

        @Override
        public void write(PacketSink out, UserProperty value) {
            out.writeString(value.name());
            out.writeString(value.value());
        }

        @Override
        public UserProperty require(UserProperty value, String name) {
            Utf8.require(value.name(), "the name of a " + name);
            Utf8.require(value.value(), "the value of a " + name);
            return value;
        }
    }
}
