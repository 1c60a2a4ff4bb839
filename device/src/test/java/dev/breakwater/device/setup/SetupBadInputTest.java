/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.companion.DeviceSetup;
import dev.breakwater.protocol.setup.exchange.SetupFailure;
import dev.breakwater.protocol.setup.exchange.SetupRequest;
import dev.breakwater.protocol.setup.exchange.SetupState;
import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiNetwork;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import dev.breakwater.testkit.hostile.HostileBytes;
import dev.breakwater.testkit.hostile.HostileHttp;
import dev.breakwater.testkit.hostile.HostileNetworks;
import dev.breakwater.testkit.hostile.HostileTexts;
import dev.breakwater.testkit.hostile.Sample;
import dev.breakwater.testkit.wire.Fault;
import dev.breakwater.testkit.wire.FaultProxy;
import dev.breakwater.testkit.wire.Way;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What owners, neighbours and bad lines may say to a device that waits to be set up. */
@Timeout(120)
class SetupBadInputTest {

    private static final int MANY_TRIES = 10_000;
    private static final int CUTS = 12;

    @TempDir Path directory;

    private void assertThatItIsSetUp(Ssid network, String passphrase) throws Exception {
        SetupBench bench = new SetupBench(directory, true);
        try {
            bench.radio.hears(network, passphrase, true);
            DeviceSetup phone = bench.phone(bench.start());
            assertThat(phone.networks()).extracting(WifiNetwork::ssid).contains(network);
            phone.send(
                    new SetupRequest(
                            network,
                            new WifiPassphrase(passphrase),
                            SetupBench.TICKET,
                            SetupBench.SERVER));
            bench.await(SetupState.DONE);
            assertThat(phone.report().state()).isEqualTo(SetupState.DONE);
            assertThat(bench.ended()).isEqualTo(new SetupOutcome.Done(SetupBench.SERVER));
        } finally {
            bench.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.breakwater.testkit.hostile.HostileNetworks#names")
    void joinsANetworkWhateverItIsCalled(Sample<byte[]> name) throws Exception {
        assertThatItIsSetUp(Ssid.of(name.value()), "hush-hush");
    }

    @ParameterizedTest
    @MethodSource("dev.breakwater.testkit.hostile.HostileNetworks#passphrases")
    void passesOnEveryPassphraseThatANetworkMayHave(Sample<String> passphrase) throws Exception {
        assertThatItIsSetUp(Ssid.ofText("Meer"), passphrase.value());
    }

    private static String bodyWith(String member, String value) {
        ObjectNode body = (ObjectNode) JsonMapper.shared().readTree(EndpointBench.body());
        ObjectNode owner = body.has(member) ? body : (ObjectNode) body.path("server");
        assertThat(owner.has(member)).isTrue();
        owner.put(member, value);
        return JsonMapper.shared().writeValueAsString(body);
    }

    @Test
    void refusesNamesThatNoNetworkHasAndSaysWhatOnesDo() throws Exception {
        try (EndpointBench device = new EndpointBench(directory, MANY_TRIES)) {
            int left = MANY_TRIES;
            for (Sample<byte[]> name : HostileNetworks.notNames().toList()) {
                String text = Base64.getUrlEncoder().withoutPadding().encodeToString(name.value());
                assertThat(device.exchange(device.post(bodyWith("ssid", text))))
                        .as(name.what())
                        .startsWith("HTTP/1.1 400 ")
                        .contains("1 to 32 bytes");
                left--;
            }
            device.assertThatItStillAnswers(left);
        }
    }

    @Test
    void refusesPassphrasesThatNoNetworkTakesAndQuotesNone() throws Exception {
        try (EndpointBench device = new EndpointBench(directory, MANY_TRIES)) {
            int left = MANY_TRIES;
            for (Sample<String> passphrase : HostileNetworks.notPassphrases().toList()) {
                String body = bodyWith("passphrase", "PASSPHRASE");
                String reply =
                        device.exchange(
                                device.post(
                                        body.replace("PASSPHRASE", escaped(passphrase.value()))));
                assertThat(reply)
                        .as(passphrase.what())
                        .startsWith("HTTP/1.1 400 ")
                        .containsAnyOf(
                                "8 to 63 printable ASCII characters",
                                "the character U+",
                                "half of a surrogate pair")
                        .doesNotContain("1234567", "hush");
                left--;
            }
            device.assertThatItStillAnswers(left);
        }
    }

    /** Every character as JSON's escape for it, so that halves of pairs get through. */
    private static String escaped(String text) {
        return text.chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining());
    }

    @Test
    void takesNoTextForWhatItIsNot() throws Exception {
        try (EndpointBench device = new EndpointBench(directory, MANY_TRIES)) {
            for (Sample<String> text : HostileTexts.all().toList()) {
                for (String member : List.of("ticket", "rootFingerprint")) {
                    assertThat(device.exchange(device.post(bodyWith(member, text.value()))))
                            .as("%s as %s", text, member)
                            .startsWith("HTTP/1.1 400 ");
                }
                for (String member : List.of("ssid", "host")) {
                    String reply = device.exchange(device.post(bodyWith(member, text.value())));
                    assertThat(reply)
                            .as("%s as %s", text, member)
                            .matches("(?s)HTTP/1.1 (400|202) .*");
                    if (reply.startsWith("HTTP/1.1 202 ")) {
                        // Words such as "null" are names like any other.
                        assertThat(text.value()).matches("[A-Za-z0-9.:_-]+");
                        assertThat(device.desk().next()).isPresent();
                        device.desk().failed(SetupFailure.NO_INTERNET);
                    }
                }
            }
            assertThat(device.desk().isOpen()).isTrue();
        }
    }

    @Test
    void answersNoRequestThatIsNone() throws Exception {
        try (EndpointBench device = new EndpointBench(directory, MANY_TRIES)) {
            List<Sample<byte[]>> all =
                    Stream.of(
                                    HostileHttp.heads(),
                                    HostileHttp.smuggled(),
                                    HostileHttp.oversized(HttpRequest.HEAD_BYTES_MAX),
                                    HostileBytes.notUtf8().map(SetupBadInputTest::withAnEmptyLine))
                            .flatMap(samples -> samples)
                            .toList();
            for (Sample<byte[]> request : all) {
                assertThat(device.exchange(device.where(), request.value()))
                        .as(request.what())
                        .matches("(?s)HTTP/1.1 (4|5)\\d\\d .*")
                        .doesNotContainPattern("(?s)HTTP/1.1 \\d.*HTTP/1.1 \\d");
            }
            device.assertThatItStillAnswers(MANY_TRIES);
        }
    }

    private static Sample<byte[]> withAnEmptyLine(Sample<byte[]> line) {
        byte[] request = new byte[line.value().length + 4];
        System.arraycopy(line.value(), 0, request, 0, line.value().length);
        System.arraycopy("\r\n\r\n".getBytes(UTF_8), 0, request, line.value().length, 4);
        return new Sample<>(line.what(), request);
    }

    @ParameterizedTest
    @EnumSource
    void losesNothingOverAPhoneThatIsCutOffAnywhere(Way way) throws Exception {
        try (EndpointBench device = new EndpointBench(directory, MANY_TRIES);
                FaultProxy proxy = FaultProxy.to(device.where().getPort())) {
            List<SetupRequest> taken = new CopyOnWriteArrayList<>();
            Thread atWork = Thread.ofVirtual().start(() -> work(device.desk(), taken));
            byte[] request = device.post(EndpointBench.body()).getBytes(UTF_8);
            assertThat(device.exchange(proxy.address(), request)).startsWith("HTTP/1.1 202 ");
            long whole = proxy.passed(way);
            for (int cut = 0; cut < CUTS; cut++) {
                long bytes = whole * cut / CUTS;
                for (Fault fault :
                        List.of(new Fault.CutAfter(way, bytes), new Fault.EndedAfter(way, bytes))) {
                    proxy.next(fault);
                    try {
                        assertThat(device.exchange(proxy.address(), request))
                                .as("%s", fault)
                                .matches("(?s)|HTTP/1.1 (202|409) .*");
                    } catch (IOException cutOff) {
                        // As it must be at most of these places.
                    }
                }
            }
            awaitTaken(device, request);
            atWork.interrupt();
            atWork.join();
            assertThat(taken).containsOnly(SetupBench.request("Meer", "hush-hush"));
            assertThat(device.desk().report().triesLeft()).isEqualTo(MANY_TRIES - taken.size());
        }
    }

    /** Each attempt fails, and the next one may come. */
    private static void work(SetupDesk desk, List<SetupRequest> taken) {
        try {
            for (Optional<SetupRequest> next = desk.next(); next.isPresent(); next = desk.next()) {
                taken.add(next.get());
                desk.failed(SetupFailure.NO_INTERNET);
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until whatever was cut off has ended on the device's side too, it may be busy. */
    private static void awaitTaken(EndpointBench device, byte[] request) {
        long end = System.nanoTime() + SetupBench.PATIENCE.toNanos();
        String reply = "";
        while (!reply.startsWith("HTTP/1.1 202 ") && System.nanoTime() < end) {
            try {
                reply = device.exchange(device.where(), request);
            } catch (IOException full) {
                reply = full.toString();
            }
        }
        assertThat(reply).startsWith("HTTP/1.1 202 ");
        while (device.desk().report().state() != SetupState.FAILED && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }
}
