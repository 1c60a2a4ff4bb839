/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.session.OutboundMessage;
import dev.breakwater.testkit.pki.TestIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An unmodified MQTT client library, as devices that come from elsewhere use it. */
class StockClientTest {

    private ChannelScene scene;

    @BeforeEach
    void openChannel() throws IOException {
        scene = new ChannelScene();
    }

    @AfterEach
    void closeChannel() {
        scene.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void publishesGetsACommandAndIsCutOff(boolean webSocket) throws Exception {
        CompletableFuture<MqttClientDisconnectedContext> cutOff = new CompletableFuture<>();
        CompletableFuture<Mqtt5Publish> command = new CompletableFuture<>();
        Mqtt5AsyncClient tank =
                client(scene.tank.identity(), webSocket)
                        .addDisconnectedListener(cutOff::complete)
                        .useMqttVersion5()
                        .buildAsync();
        within(tank.connect());
        for (MqttQos qos : MqttQos.values()) {
            within(
                    tank.publishWith()
                            .topic("me/telemetry")
                            .qos(qos)
                            .payload(qos.name().getBytes(StandardCharsets.UTF_8))
                            .send());
            assertThat(scene.topics.next().text()).isEqualTo(qos.name());
        }
        within(
                tank.subscribeWith()
                        .topicFilter("me/commands/+")
                        .qos(MqttQos.EXACTLY_ONCE)
                        .callback(command::complete)
                        .send());
        Outcome outcome = new Outcome();
        scene.sessions
                .of(scene.tank.id())
                .orElseThrow()
                .deliver(
                        new OutboundMessage(
                                "me/commands/1", "feed".getBytes(StandardCharsets.UTF_8)),
                        outcome);
        assertThat(within(command).getPayloadAsBytes())
                .isEqualTo("feed".getBytes(StandardCharsets.UTF_8));
        assertThat(outcome.wasDelivered()).isTrue();
        scene.change(scene.tank, DeviceStatus.REVOKED);
        assertThat(within(cutOff).getCause())
                .isInstanceOfSatisfying(
                        Mqtt5DisconnectException.class,
                        farewell ->
                                assertThat(farewell.getMqttMessage().getReasonCode())
                                        .isEqualTo(
                                                Mqtt5DisconnectReasonCode.ADMINISTRATIVE_ACTION));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("mqtt311:7.0.0-2")
    void publishesInVersion311(boolean webSocket) throws Exception {
        Mqtt3BlockingClient tank =
                client(scene.tank.identity(), webSocket).useMqttVersion3().buildBlocking();
        tank.connect();
        tank.publishWith()
                .topic("me/telemetry")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload("21 C".getBytes(StandardCharsets.UTF_8))
                .send();
        assertThat(scene.topics.next().text()).isEqualTo("21 C");
        tank.disconnect();
    }

    private MqttClientBuilder client(TestIdentity identity, boolean webSocket) {
        MqttClientBuilder builder =
                MqttClient.builder()
                        .identifier(scene.tank.id().toString())
                        .serverHost("localhost")
                        .serverPort(scene.port())
                        .sslConfig(tls(identity));
        return webSocket
                ? builder.webSocketWithDefaultConfig()
                        .webSocketConfig()
                        .serverPath("mqtt")
                        .applyWebSocketConfig()
                : builder;
    }

    /** Proves itself with its certificate and trusts the test's authority. */
    private MqttClientSslConfig tls(TestIdentity identity) {
        try {
            char[] password = "secret".toCharArray();
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(identity.keyStore(password), password);
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("root", scene.pki.root());
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            return MqttClientSslConfig.builder()
                    .keyManagerFactory(keys)
                    .trustManagerFactory(trust)
                    .protocols(List.of("TLSv1.3"))
                    .build();
        } catch (GeneralSecurityException | IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static <T> T within(CompletableFuture<T> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }
}
