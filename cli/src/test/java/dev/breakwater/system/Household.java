/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import dev.breakwater.testkit.netns.Air;
import dev.breakwater.testkit.netns.AirAnswer;
import dev.breakwater.testkit.netns.AirNetwork;
import dev.breakwater.testkit.netns.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * A home with its router, a phone and a device, each in a namespace, and the line to the internet,
 * which is the namespace of the test. Nobody in the home has another way to a server than by that
 * line, and nobody outside a way to the device but by the router.
 */
final class Household implements AutoCloseable {

    static final Ssid NETWORK = Ssid.ofText("Meer");
    static final WifiPassphrase PASSPHRASE = new WifiPassphrase("hush-hush");

    /** The phone's only radio. */
    private static final String RADIO = "wlan0";

    private static final String LINE = "line";
    private static final Duration NETWORK_CHANGE_MAX = Duration.ofSeconds(30);

    private final Namespace router;
    private final Namespace phone;
    private final Namespace device;
    private final Air air;
    private final Path directory;
    private final String prefix;
    private final String cable;

    private Household(Path directory, String prefix) throws IOException, InterruptedException {
        this.directory = directory;
        this.prefix = prefix;
        this.cable = "bwl" + testsProcess();
        this.router = Namespace.make("router");
        this.phone = Namespace.make("phone");
        this.device = Namespace.make("device");
        this.air = new Air(Files.createDirectories(directory.resolve("air")));
    }

    /**
     * Builds one on addresses that carriers use among themselves (RFC 6598), two networks of it.
     */
    static Household build(Path directory) throws IOException, InterruptedException {
        RandomGenerator chance = RandomGenerator.getDefault();
        String prefix = "100.%d.%d".formatted(64 + chance.nextInt(64), 2 * chance.nextInt(128));
        Household built = new Household(directory, prefix);
        try {
            built.layTheLine();
            built.air.open(new AirNetwork(NETWORK, PASSPHRASE, built.router, prefix, true));
            // A kernel says no more than six times in a row that a UDP port is shut.
            built.device.set("ipv4/icmp_ratelimit", "0");
            built.device.set("ipv4/ip_forward", "0");
            return built;
        } catch (IOException | InterruptedException | RuntimeException broken) {
            built.close();
            throw broken;
        }
    }

    private void layTheLine() throws IOException, InterruptedException {
        router.set("ipv4/ip_forward", "1");
        var _ = router.ip("link", "add", LINE, "type", "veth", "peer", "name", cable);
        var _ = router.ip("link", "set", cable, "netns", testsProcess());
        host("address", "add", server() + "/30", "dev", cable);
        host("link", "set", cable, "up");
        connectInternet();
        host("route", "add", prefix + ".0/24", "via", lineEnd());
    }

    private static String testsProcess() {
        return Long.toString(ProcessHandle.current().pid());
    }

    /** Where a server is to listen. */
    String server() {
        return linePrefix() + ".1";
    }

    private String lineEnd() {
        return linePrefix() + ".2";
    }

    private String linePrefix() {
        int dot = prefix.lastIndexOf('.');
        return prefix.substring(0, dot + 1) + (Integer.parseInt(prefix.substring(dot + 1)) + 1);
    }

    void connectInternet() throws IOException, InterruptedException {
        var _ = router.ip("address", "replace", lineEnd() + "/30", "dev", LINE);
        var _ = router.ip("link", "set", LINE, "up");
    }

    void cutInternet() throws IOException, InterruptedException {
        var _ = router.ip("link", "set", LINE, "down");
    }

    Namespace router() {
        return router;
    }

    Namespace phone() {
        return phone;
    }

    Namespace device() {
        return device;
    }

    Path air() {
        return directory.resolve("air");
    }

    /** The phone leaves the network it is in and joins another. */
    void phoneJoins(Ssid name, WifiPassphrase passphrase) throws IOException, InterruptedException {
        air.leave(phone, RADIO);
        AirAnswer answer = air.join(name, passphrase, phone, RADIO);
        if (answer != AirAnswer.IN) {
            throw new IOException("the phone is not in " + name + ": " + answer);
        }
    }

    void phoneJoinsHome() throws IOException, InterruptedException {
        phoneJoins(NETWORK, PASSPHRASE);
    }

    /** The phone joins the network whose name and passphrase are printed on a device. */
    void phoneJoins(SetupLabel label) throws IOException, InterruptedException {
        Ssid name = Ssid.ofText(label.network());
        air.await(name, /* open= */ true, NETWORK_CHANGE_MAX);
        phoneJoins(name, new WifiPassphrase(label.passphrase()));
    }

    /** Waits until the network that the phone was in is gone, and its interface with it. */
    void awaitPhoneOut() throws IOException, InterruptedException {
        long end = System.nanoTime() + NETWORK_CHANGE_MAX.toNanos();
        while (phone.ip("-o", "link").contains(" " + RADIO + "@")) {
            if (System.nanoTime() > end) {
                throw new AssertionError("the phone is still in the network");
            }
        }
    }

    /** Whether a device's network can be heard. */
    boolean hears(SetupLabel label) throws IOException {
        return air.names().contains(Ssid.ofText(label.network()));
    }

    /** The phone is out of reach, and nobody is told: no packet comes through any more. */
    void phoneLosesTheLink() throws IOException, InterruptedException {
        var _ = phone.ip("link", "set", RADIO, "down");
    }

    /** The phone is in reach again, in the network it was in. */
    void phoneFindsTheLink(String gateway) throws IOException, InterruptedException {
        var _ = phone.ip("link", "set", RADIO, "up");
        var _ = phone.ip("route", "replace", "default", "via", gateway, "dev", RADIO);
    }

    /** What is left of a device whose process was killed, as if its plug had been pulled. */
    void pullThePlug(SetupLabel label) throws IOException, InterruptedException {
        air.close(Ssid.ofText(label.network()));
        air.leave(device, NamespaceRadio.DEVICE);
    }

    /** The device's address in the home. */
    String deviceAddress() throws IOException, InterruptedException {
        String shown = device.ip("-o", "-4", "address", "show", "dev", NamespaceRadio.DEVICE);
        return shown.replaceFirst("(?s).*inet ([0-9.]+)/.*", "$1");
    }

    private static void host(String... words) throws IOException, InterruptedException {
        String[] command = new String[words.length + 1];
        command[0] = "ip";
        System.arraycopy(words, 0, command, 1, words.length);
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
    }

    /** The line's end in the test's namespace goes with the other. */
    @Override
    public void close() {
        phone.close();
        device.close();
        router.close();
    }
}
