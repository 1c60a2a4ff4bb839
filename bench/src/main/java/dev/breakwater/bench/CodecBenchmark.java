/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench;

import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.mqtt.ConnAck;
import dev.breakwater.protocol.mqtt.MalformedPacket;
import dev.breakwater.protocol.mqtt.MqttDecoder;
import dev.breakwater.protocol.mqtt.MqttEncoder;
import dev.breakwater.protocol.mqtt.MqttLimits;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.TopicName;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A PUBLISH of 100 bytes of telemetry at QoS 1, in nanoseconds per packet. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {

    private final MqttEncoder encoder = new MqttEncoder(MqttVersion.V5);
    private final MqttDecoder decoder = MqttDecoder.forClient(MqttVersion.V5, MqttLimits.DEFAULT);
    private final Publish publish =
            Publish.atLeastOnce(7, TopicName.of(Topics.TELEMETRY), new byte[100]);
    private final ByteBuffer wire = encoder.encode(publish);
    private final ByteBuffer out = ByteBuffer.allocate(encoder.encodedLength(publish));

    /** A server says CONNACK before anything else, and the decoder insists on it. */
    @Setup
    public void connect() throws MalformedPacket {
        ConnAck accepted = new ConnAck(false, ReasonCode.SUCCESS, MqttProperties.EMPTY);
        decoder.decode(encoder.encode(accepted));
    }

    /** Encodes into a buffer that is there. */
    @Benchmark
    public ByteBuffer encode() {
        encoder.encode(publish, out.clear());
        return out;
    }

    /** Decodes, checks included. */
    @Benchmark
    public @Nullable MqttPacket decode() throws MalformedPacket {
        return decoder.decode(wire.rewind());
    }
}
