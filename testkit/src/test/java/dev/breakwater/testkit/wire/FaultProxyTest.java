/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.TestTime;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultProxyTest {

    private static final byte[] TEN = "0123456789".getBytes(US_ASCII);

    private final TestTime time = new TestTime(TestClock.at(Instant.EPOCH));
    private ServerSocket server;
    private FaultProxy proxy;

    @BeforeEach
    void setUp() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"));
        proxy = FaultProxy.to(server.getLocalPort(), time::rest);
    }

    @AfterEach
    void tearDown() throws IOException {
        proxy.close();
        server.close();
    }

    private Socket dial() throws IOException {
        Socket socket = new Socket(proxy.address().getAddress(), proxy.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private Socket accept() throws IOException {
        Socket socket = server.accept();
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, US_ASCII);
    }

    @Test
    void passesEveryByteBothWaysAndEachEndForItself() throws IOException {
        try (Socket client = dial();
                Socket peer = accept()) {
            client.getOutputStream().write(TEN);
            client.shutdownOutput();
            assertThat(text(peer.getInputStream().readAllBytes())).isEqualTo("0123456789");
            peer.getOutputStream().write(TEN, 0, 3);
            peer.shutdownOutput();
            assertThat(text(client.getInputStream().readAllBytes())).isEqualTo("012");
        }
        assertThat(proxy.passed(Way.TO_SERVER)).isEqualTo(10);
        assertThat(proxy.passed(Way.TO_CLIENT)).isEqualTo(3);
        assertThat(proxy.connections()).isEqualTo(1);
    }

    @Test
    void cutsAfterTheByteItWasToldAndOnlyTheConnectionItWasTold() throws IOException {
        proxy.next(new Fault.CutAfter(Way.TO_SERVER, 4));
        try (Socket client = dial();
                Socket peer = accept()) {
            client.getOutputStream().write(TEN);
            assertThat(text(peer.getInputStream().readNBytes(4))).isEqualTo("0123");
            assertThatThrownBy(() -> peer.getInputStream().read())
                    .isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class);
        }
        assertThatItPasses();
    }

    private void assertThatItPasses() throws IOException {
        try (Socket client = dial();
                Socket peer = accept()) {
            client.getOutputStream().write('x');
            assertThat(peer.getInputStream().read()).isEqualTo('x');
        }
    }

    @Test
    void endsOneWayAndLeavesTheOther() throws IOException {
        proxy.next(new Fault.EndedAfter(Way.TO_CLIENT, 2));
        try (Socket client = dial();
                Socket peer = accept()) {
            peer.getOutputStream().write(TEN);
            assertThat(text(client.getInputStream().readAllBytes())).isEqualTo("01");
            client.getOutputStream().write('x');
            assertThat(peer.getInputStream().read()).isEqualTo('x');
        }
    }

    @Test
    void stallsAndTellsNobody() throws IOException {
        proxy.next(new Fault.StalledAfter(Way.TO_SERVER, 0));
        try (Socket client = dial();
                Socket peer = accept()) {
            client.getOutputStream().write(TEN);
            client.shutdownOutput();
            peer.getOutputStream().write('x');
            assertThat(client.getInputStream().read()).isEqualTo('x');
            peer.setSoTimeout(100);
            assertThatThrownBy(() -> peer.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void slowsByTheTimeOfTheTest() throws Exception {
        Duration minute = Duration.ofMinutes(1);
        proxy.next(new Fault.Slowed(Way.TO_SERVER, minute, 4));
        try (Socket client = dial();
                Socket peer = accept()) {
            client.getOutputStream().write(TEN);
            InputStream in = peer.getInputStream();
            for (String part : new String[] {"0123", "4567", "89"}) {
                assertThat(time.awaitRestOf("fault-proxy")).isEqualTo(minute);
                assertThat(in.available()).isZero();
                time.advance(minute);
                assertThat(text(in.readNBytes(part.length()))).isEqualTo(part);
            }
        }
    }

    @Test
    void changesOneByteWhenItIsAsked() throws IOException {
        proxy.always(new Fault.Corrupted(Way.TO_SERVER, 5, 0x01));
        try (Socket client = dial();
                Socket peer = accept()) {
            client.getOutputStream().write(TEN, 0, 3);
            client.getOutputStream().write(TEN, 3, 7);
            assertThat(text(peer.getInputStream().readNBytes(10))).isEqualTo("0123446789");
        }
    }

    @Test
    void refusesOneConnectionOrAll() throws IOException {
        proxy.next(new Fault.Refused());
        try (Socket client = dial()) {
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class);
        }
        proxy.refuseAll();
        assertThatThrownBy(this::dial).isInstanceOf(ConnectException.class);
        proxy.listenAgain();
        assertThatItPasses();
    }

    @Test
    void cutsWhatIsOpen() throws IOException {
        try (Socket client = dial();
                Socket peer = accept()) {
            client.getOutputStream().write('x');
            assertThat(peer.getInputStream().read()).isEqualTo('x');
            proxy.cutAll();
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void resetsWhoeverComesWhileThereIsNoServer() throws IOException {
        server.close();
        try (Socket client = dial()) {
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void takesNoFaultThatCannotHappen() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Fault.CutAfter(Way.TO_SERVER, -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Fault.EndedAfter(Way.TO_SERVER, -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Fault.StalledAfter(Way.TO_SERVER, -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Fault.Slowed(Way.TO_SERVER, Duration.ZERO, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Fault.Corrupted(Way.TO_SERVER, 0, 0));
    }
}
