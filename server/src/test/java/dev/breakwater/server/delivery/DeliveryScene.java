/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.artifact.StoredArtifact;
import dev.breakwater.server.enrollment.EnrollmentWorld;
import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import dev.breakwater.server.enrollment.EstListener;
import dev.breakwater.server.enrollment.RawHttps;
import dev.breakwater.server.enrollment.RawHttps.Raw;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.testkit.pki.TestPki;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A server with an artifact, published to a product, and a device of that product. */
final class DeliveryScene implements AutoCloseable {

    final EnrollmentWorld world;
    final ServedFiles served = new ServedFiles();
    final TestPki serverPki;
    final EstListener listener;
    final Enrolled tank;
    final byte[] bytes;
    final StoredArtifact artifact;

    DeliveryScene(Path directory, Limits limits, int length) throws Exception {
        world = new EnrollmentWorld(directory, limits);
        serverPki = TestPki.create(world.clock);
        listener = world.listen(serverPki, served.files(world.artifacts));
        tank = world.enrolled("tank-1");
        bytes = bytes(length);
        artifact = stored(world.organization, bytes);
        publish(world.organization, world.product, artifact);
    }

    void publish(OrganizationId organization, ProductId product, StoredArtifact what) {
        served.publish(organization, product, what);
    }

    StoredArtifact stored(OrganizationId organization, byte[] content) {
        return ServedFiles.store(world.artifacts, organization, content);
    }

    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    String path() {
        return "/updates/artifacts/" + artifact.hash();
    }

    RawHttps https(Enrolled device) throws Exception {
        return new RawHttps(listener.port(), serverPki.root(), Optional.of(device.identity()));
    }

    Raw get(String path, String... headers) throws Exception {
        return https(tank).exchange(request("GET", path, headers));
    }

    Raw getBy(Enrolled device, String path, String... headers) throws Exception {
        return https(device).exchange(request("GET", path, headers));
    }

    static String request(String method, String path, String... headers) {
        return method
                + " "
                + path
                + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + String.join("", Arrays.stream(headers).map(line -> line + "\r\n").toList())
                + "\r\n";
    }

    static byte[] body(Raw raw) {
        return raw.body().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The value of a header; fails if there is none. */
    static String header(Raw raw, String name) {
        String start = name + ": ";
        List<String> found = raw.head().lines().filter(line -> line.startsWith(start)).toList();
        assertThat(found).as(name + " in " + raw.head()).hasSize(1);
        return found.getFirst().substring(start.length());
    }

    @Override
    public void close() {
        listener.close();
        world.close();
    }
}
