/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.companion.DeviceSetup;
import dev.breakwater.companion.SetupResult;
import dev.breakwater.device.identity.PinnedTls;
import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.protocol.setup.exchange.DeviceReport;
import dev.breakwater.protocol.setup.exchange.SetupPaths;
import dev.breakwater.protocol.setup.exchange.SetupRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Base64;

/**
 * The companion on a phone that does one thing at a time: each line of its input is one of the
 * words below, and gets one line. It ends with its input.
 */
final class PhoneProgram {

    private static final Duration FOLLOW_MAX = Duration.ofSeconds(30);

    private final DeviceSetup setup;
    private final InetSocketAddress where;

    private PhoneProgram(SetupLabel label, InetSocketAddress where) {
        this.setup = new DeviceSetup(where, label);
        this.where = where;
    }

    public static void main(String[] words) throws Exception {
        PhoneProgram phone =
                new PhoneProgram(
                        SetupLabel.parse(words[0]),
                        new InetSocketAddress(InetAddress.ofLiteral(words[1]), SetupPaths.PORT));
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String answer;
            try {
                answer = phone.did(line.split(" ", 2));
            } catch (IOException failed) {
                answer = "failed: " + failed.getMessage();
            }
            System.out.println(line.split(" ", 2)[0] + ": " + answer);
        }
    }

    private String did(String[] words) throws IOException, InterruptedException, MalformedMessage {
        return switch (words[0]) {
            case "report" -> {
                DeviceReport report = setup.report();
                yield report.state() + " " + report.triesLeft();
            }
            case "networks" -> Integer.toString(setup.networks().size());
            case "connect" -> opened(new byte[0]);
            case "half" -> opened(half());
            case "send" -> {
                setup.send(SetupRequest.parse(Base64.getDecoder().decode(words[1])));
                yield "taken";
            }
            case "follow" ->
                    switch (setup.follow(FOLLOW_MAX)) {
                        case SetupResult.Done() -> "done";
                        case SetupResult.Failed(var why, var left) -> why + " " + left;
                        case SetupResult.OutOfReach() -> "out of reach";
                    };
            default -> "not understood";
        };
    }

    private byte[] half() {
        return """
               POST %s HTTP/1.1\r
               Host: %s:%d\r
               Content-Type: application/json\r
               Content-Length: 400\r
               \r
               {"ssid\
               """
                .formatted(SetupPaths.SETUP, where.getAddress().getHostAddress(), where.getPort())
                .getBytes(US_ASCII);
    }

    /** A connection on which this is sent, and which stays open. */
    private String opened(byte[] sent) throws IOException {
        Socket socket =
                PinnedTls.provisional()
                        .getSocketFactory()
                        .createSocket(where.getAddress(), where.getPort());
        OutputStream out = socket.getOutputStream();
        out.write(sent);
        out.flush();
        return "open";
    }
}
