/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static dev.breakwater.protocol.mqtt.PropertySection.AUTH;
import static dev.breakwater.protocol.mqtt.PropertySection.CONNACK;
import static dev.breakwater.protocol.mqtt.PropertySection.CONNECT;
import static dev.breakwater.protocol.mqtt.PropertySection.DISCONNECT;
import static dev.breakwater.protocol.mqtt.PropertySection.PUBACK;
import static dev.breakwater.protocol.mqtt.PropertySection.PUBCOMP;
import static dev.breakwater.protocol.mqtt.PropertySection.PUBLISH;
import static dev.breakwater.protocol.mqtt.PropertySection.PUBREC;
import static dev.breakwater.protocol.mqtt.PropertySection.PUBREL;
import static dev.breakwater.protocol.mqtt.PropertySection.SUBACK;
import static dev.breakwater.protocol.mqtt.PropertySection.SUBSCRIBE;
import static dev.breakwater.protocol.mqtt.PropertySection.UNSUBACK;
import static dev.breakwater.protocol.mqtt.PropertySection.WILL;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The properties of MQTT 5.0 (section 2.2.2.2, table 2-4), each with its number, the type and range
 * of its value, and the packets it has a place in. Units stand in the names where the specification
 * has any.
 *
 * @param <T> the type of the value; a {@link ByteBuffer} is read-only and a copy of its own
 */
public final class MqttProperty<T> {

    /** Filled by the definitions below and not changed after them. */
    private static final Map<Integer, MqttProperty<?>> BY_ID = new HashMap<>();

    /** True when the payload is UTF-8 text. */
    public static final MqttProperty<Boolean> PAYLOAD_FORMAT_INDICATOR =
            define(0x01, "payload format indicator", new PropertyFormat.Flag(), PUBLISH, WILL);

    public static final MqttProperty<Long> MESSAGE_EXPIRY_INTERVAL_SECONDS =
            define(0x02, "message expiry interval", new PropertyFormat.FourBytes(0), PUBLISH, WILL);
    public static final MqttProperty<String> CONTENT_TYPE =
            define(0x03, "content type", new PropertyFormat.Text(), PUBLISH, WILL);
    public static final MqttProperty<TopicName> RESPONSE_TOPIC =
            define(0x08, "response topic", new PropertyFormat.Topic(), PUBLISH, WILL);
    public static final MqttProperty<ByteBuffer> CORRELATION_DATA =
            define(0x09, "correlation data", new PropertyFormat.Binary(), PUBLISH, WILL);

    /** Once in SUBSCRIBE; in a server's PUBLISH once for each subscription that matched. */
    public static final MqttProperty<Integer> SUBSCRIPTION_IDENTIFIER =
            define(
                    0x0B,
                    "subscription identifier",
                    new PropertyFormat.PositiveVariable(),
                    PUBLISH,
                    SUBSCRIBE);

    /** Absent means 0, the session ends with the connection; 0xFFFFFFFF means never. */
    public static final MqttProperty<Long> SESSION_EXPIRY_INTERVAL_SECONDS =
            define(
                    0x11,
                    "session expiry interval",
                    new PropertyFormat.FourBytes(0),
                    CONNECT,
                    CONNACK,
                    DISCONNECT);

    public static final MqttProperty<String> ASSIGNED_CLIENT_IDENTIFIER =
            define(0x12, "assigned client identifier", new PropertyFormat.Text(), CONNACK);
    public static final MqttProperty<Integer> SERVER_KEEP_ALIVE_SECONDS =
            define(0x13, "server keep alive", new PropertyFormat.TwoBytes(0), CONNACK);
    public static final MqttProperty<String> AUTHENTICATION_METHOD =
            define(
                    0x15,
                    "authentication method",
                    new PropertyFormat.Text(),
                    CONNECT,
                    CONNACK,
                    AUTH);
    public static final MqttProperty<ByteBuffer> AUTHENTICATION_DATA =
            define(
                    0x16,
                    "authentication data",
                    new PropertyFormat.Binary(),
                    CONNECT,
                    CONNACK,
                    AUTH);
    public static final MqttProperty<Boolean> REQUEST_PROBLEM_INFORMATION =
            define(0x17, "request problem information", new PropertyFormat.Flag(), CONNECT);
    public static final MqttProperty<Long> WILL_DELAY_INTERVAL_SECONDS =
            define(0x18, "will delay interval", new PropertyFormat.FourBytes(0), WILL);
    public static final MqttProperty<Boolean> REQUEST_RESPONSE_INFORMATION =
            define(0x19, "request response information", new PropertyFormat.Flag(), CONNECT);
    public static final MqttProperty<String> RESPONSE_INFORMATION =
            define(0x1A, "response information", new PropertyFormat.Text(), CONNACK);
    public static final MqttProperty<String> SERVER_REFERENCE =
            define(0x1C, "server reference", new PropertyFormat.Text(), CONNACK, DISCONNECT);
    public static final MqttProperty<String> REASON_STRING =
            define(
                    0x1F,
                    "reason string",
                    new PropertyFormat.Text(),
                    CONNACK,
                    PUBACK,
                    PUBREC,
                    PUBREL,
                    PUBCOMP,
                    SUBACK,
                    UNSUBACK,
                    DISCONNECT,
                    AUTH);

    /** How many QoS 1 and 2 messages may be on their way at once; absent means 65,535. */
    public static final MqttProperty<Integer> RECEIVE_MAXIMUM =
            define(0x21, "receive maximum", new PropertyFormat.TwoBytes(1), CONNECT, CONNACK);

    public static final MqttProperty<Integer> TOPIC_ALIAS_MAXIMUM =
            define(0x22, "topic alias maximum", new PropertyFormat.TwoBytes(0), CONNECT, CONNACK);
    public static final MqttProperty<Integer> TOPIC_ALIAS =
            define(0x23, "topic alias", new PropertyFormat.TwoBytes(1), PUBLISH);

    /** 0 or 1; absent means 2. */
    public static final MqttProperty<Integer> MAXIMUM_QOS =
            define(0x24, "maximum QoS", new PropertyFormat.OneByte(0, 1), CONNACK);

    public static final MqttProperty<Boolean> RETAIN_AVAILABLE =
            define(0x25, "retain available", new PropertyFormat.Flag(), CONNACK);

    /** May stand several times in every packet that has properties, in an order that counts. */
    public static final MqttProperty<UserProperty> USER_PROPERTY =
            define(0x26, "user property", new PropertyFormat.Pair(), PropertySection.values());

    public static final MqttProperty<Long> MAXIMUM_PACKET_SIZE_BYTES =
            define(0x27, "maximum packet size", new PropertyFormat.FourBytes(1), CONNECT, CONNACK);
    public static final MqttProperty<Boolean> WILDCARD_SUBSCRIPTION_AVAILABLE =
            define(0x28, "wildcard subscription available", new PropertyFormat.Flag(), CONNACK);
    public static final MqttProperty<Boolean> SUBSCRIPTION_IDENTIFIERS_AVAILABLE =
            define(0x29, "subscription identifiers available", new PropertyFormat.Flag(), CONNACK);
    public static final MqttProperty<Boolean> SHARED_SUBSCRIPTION_AVAILABLE =
            define(0x2A, "shared subscription available", new PropertyFormat.Flag(), CONNACK);

    private final int id;
    private final String name;
    private final PropertyFormat<T> format;
    private final int sections;

    private MqttProperty(int id, String name, PropertyFormat<T> format, int sections) {
        this.id = id;
        this.name = name;
        this.format = format;
        this.sections = sections;
    }

    private static <T> MqttProperty<T> define(
            int id, String name, PropertyFormat<T> format, PropertySection... sections) {
        int mask = 0;
        for (PropertySection section : sections) {
            mask |= section.bit();
        }
        MqttProperty<T> property = new MqttProperty<>(id, name, format, mask);
        BY_ID.put(id, property);
        return property;
    }

    /** The property with this number; null if the specification defines none. */
    static @Nullable MqttProperty<?> of(int id) {
        return BY_ID.get(id);
    }

    int id() {
        return id;
    }

    PropertyFormat<T> format() {
        return format;
    }

    /** The sections the property has a place in, as bits. */
    int sections() {
        return sections;
    }

    /** Whether it may be given more than once, in some packet. */
    boolean isRepeatable() {
        return this == USER_PROPERTY || this == SUBSCRIPTION_IDENTIFIER;
    }

    /** The name in the specification, for logs. */
    @Override
    public String toString() {
        return name;
    }
}
