/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the packets of one connection in order, and judges each by itself and by its place in the
 * connection. It holds no bytes between calls; the caller keeps the rest of an unfinished packet,
 * which is never longer than {@link MqttLimits} allows. One thread at a time.
 *
 * {@snippet :
 * MqttDecoder decoder = MqttDecoder.forServer(MqttLimits.DEFAULT);
 * while (channel.read(in) >= 0) {
 *     in.flip();
 *     for (MqttPacket packet = decoder.decode(in); packet != null; packet = decoder.decode(in)) {
 *         handle(packet);
 *     }
 *     in.compact();
 * }
 * }
 */
public final class MqttDecoder {

    private static final PingReq PING_REQ = new PingReq();
    private static final PingResp PING_RESP = new PingResp();

    private final boolean serverSide;
    private final MqttLimits limits;

    /** Null until CONNECT has named it, on the server's side. */
    private @Nullable MqttVersion version;

    /** Whether CONNECT, on the client's side CONNACK, has been read. */
    private boolean opened;

    private boolean disconnected;
    private boolean sessionEndsWithConnection;
    private boolean authenticationAgreed = true;
    private @Nullable MalformedPacket refused;

    private MqttDecoder(boolean serverSide, @Nullable MqttVersion version, MqttLimits limits) {
        this.serverSide = serverSide;
        this.version = version;
        this.limits = limits;
    }

    /** For a server: reads what a client sends, in the version that its CONNECT names. */
    public static MqttDecoder forServer(MqttLimits limits) {
        return new MqttDecoder(true, null, limits);
    }

    /** For a client: reads what a server sends, in the version of the client's CONNECT. */
    public static MqttDecoder forClient(MqttVersion version, MqttLimits limits) {
        return new MqttDecoder(false, version, limits);
    }

    /** The version of the connection; empty on the server's side until CONNECT has been read. */
    public Optional<MqttVersion> version() {
        return Optional.ofNullable(version);
    }

    /**
     * Reads one packet.
     *
     * @param in any buffer, direct or on the heap, from its position to its limit. Its position
     *     moves behind a packet that was read whole and stays where it is otherwise. A {@link
     *     Publish} keeps a view of it as its payload; every other packet is a copy
     * @return null if {@code in} does not hold a whole packet yet
     * @throws MalformedPacket if what is there can no longer become a packet this side takes; the
     *     same is thrown by every later call
     */
    public @Nullable MqttPacket decode(ByteBuffer in) throws MalformedPacket {
        if (refused != null) {
            throw refused;
        }
        try {
            return decodeNext(in);
        } catch (MalformedPacket malformed) {
            refused = malformed;
            throw malformed;
        }
    }

    private @Nullable MqttPacket decodeNext(ByteBuffer in) throws MalformedPacket {
        int start = in.position();
        int available = in.remaining();
        if (available == 0) {
            return null;
        }
        int firstByte = in.get(start) & 0xFF;
        // Everything the first byte can show is judged before a second one is awaited.
        PacketType type = admit(firstByte);
        int bodyLength = 0;
        int headerLength = 1;
        int lengthByte;
        do {
            if (headerLength > VariableByteInteger.BYTES_MAX) {
                throw MalformedPacket.breaking(MqttRule.REMAINING_LENGTH, type, version, "");
            }
            if (headerLength >= available) {
                return null;
            }
            lengthByte = in.get(start + headerLength) & 0xFF;
            bodyLength |= (lengthByte & 0x7F) << (7 * (headerLength - 1));
            headerLength++;
        } while (lengthByte >= 0x80);
        if (lengthByte == 0 && headerLength > 2) {
            throw MalformedPacket.breaking(MqttRule.REMAINING_LENGTH, type, version, "");
        }
        // Refused from the header alone: a stranger's length must not make us buffer that much
        // (CVE-2023-0809 and its kin).
        int packetBytesMax = opened ? limits.packetBytesMax() : limits.firstPacketBytesMax();
        int packetLength = headerLength + bodyLength;
        if (packetLength > packetBytesMax) {
            throw MalformedPacket.breaking(
                    MqttRule.PACKET_SIZE,
                    type,
                    version,
                    packetLength + " bytes, limit " + packetBytesMax);
        }
        if (packetLength > available) {
            return null;
        }
        int end = start + packetLength;
        PacketReader reader =
                new PacketReader(in, start + headerLength, end, type, version, limits);
        MqttPacket packet = readBody(reader, type, firstByte & 0x0F);
        in.position(end);
        return packet;
    }

    /** Judges type, flags and sender, and whether it is this packet's turn. */
    private PacketType admit(int firstByte) throws MalformedPacket {
        PacketType type = PacketType.of(firstByte >> 4);
        if (type == null) {
            throw MalformedPacket.breaking(MqttRule.PACKET_TYPE_DEFINED, null, version, "");
        }
        MqttRule broken = brokenByTurn(type);
        if (broken == null && !type.allowsFlags(firstByte & 0x0F)) {
            broken = MqttRule.FIXED_HEADER_FLAGS;
        }
        if (broken != null) {
            throw MalformedPacket.breaking(broken, type, version, "");
        }
        return type;
    }

    private @Nullable MqttRule brokenByTurn(PacketType type) {
        if (disconnected) {
            return MqttRule.AFTER_DISCONNECT;
        }
        if (version == null) {
            return type == PacketType.CONNECT ? null : MqttRule.FIRST_PACKET_IS_CONNECT;
        }
        if (serverSide) {
            if (type == PacketType.CONNECT) {
                return MqttRule.SECOND_CONNECT;
            }
            if (!type.mayBeSentByClient(version)) {
                return MqttRule.SENDER;
            }
            return type == PacketType.AUTH && !authenticationAgreed
                    ? MqttRule.AUTH_NOT_AGREED
                    : null;
        }
        if (!type.mayBeSentByServer(version)) {
            return MqttRule.SENDER;
        }
        if (opened) {
            return type == PacketType.CONNACK ? MqttRule.SECOND_CONNACK : null;
        }
        return type == PacketType.CONNACK || type == PacketType.AUTH
                ? null
                : MqttRule.FIRST_PACKET_IS_CONNACK;
    }

    private MqttPacket readBody(PacketReader in, PacketType type, int flags)
            throws MalformedPacket {
        if (version == null) {
            return open(ConnectCodec.read(in));
        }
        return switch (type) {
            case CONNECT -> throw in.refuse(MqttRule.SECOND_CONNECT, "");
            case CONNACK -> {
                ConnAck connAck = ConnAckCodec.read(in, version);
                opened = true;
                yield connAck;
            }
            case PUBLISH -> PublishCodec.read(in, flags, version, serverSide);
            case PUBACK, PUBREC, PUBREL, PUBCOMP ->
                    ReasonCodec.readAcknowledgement(in, type, version);
            case SUBSCRIBE -> SubscriptionCodec.readSubscribe(in, version);
            case SUBACK -> SubscriptionCodec.readSubAck(in, version);
            case UNSUBSCRIBE -> SubscriptionCodec.readUnsubscribe(in);
            case UNSUBACK -> SubscriptionCodec.readUnsubAck(in, version);
            case PINGREQ -> {
                in.requireEnd();
                yield PING_REQ;
            }
            case PINGRESP -> {
                in.requireEnd();
                yield PING_RESP;
            }
            case DISCONNECT -> readDisconnect(in, version);
            case AUTH -> ReasonCodec.readAuth(in, version, serverSide);
        };
    }

    private Connect open(Connect connect) {
        MqttProperties properties = connect.properties();
        version = connect.version();
        opened = true;
        sessionEndsWithConnection =
                properties.get(MqttProperty.SESSION_EXPIRY_INTERVAL_SECONDS).orElse(0L) == 0;
        authenticationAgreed = properties.has(MqttProperty.AUTHENTICATION_METHOD);
        return connect;
    }

    private Disconnect readDisconnect(PacketReader in, MqttVersion spoken) throws MalformedPacket {
        ReasonCodec.Reason reason = ReasonCodec.read(in, spoken, PropertySection.DISCONNECT);
        in.requireSender(reason.code(), serverSide);
        Optional<Long> sessionExpirySeconds =
                reason.properties().get(MqttProperty.SESSION_EXPIRY_INTERVAL_SECONDS);
        if (sessionExpirySeconds.isPresent() && !serverSide) {
            throw in.refuse(MqttRule.SESSION_EXPIRY_FROM_SERVER, "");
        }
        if (sessionExpirySeconds.orElse(0L) != 0 && sessionEndsWithConnection) {
            throw in.refuse(MqttRule.SESSION_EXPIRY_RAISED, "");
        }
        disconnected = true;
        return new Disconnect(reason.code(), reason.properties());
    }
}
