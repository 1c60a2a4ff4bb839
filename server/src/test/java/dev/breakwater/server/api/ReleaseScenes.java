/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.protocol.update.metadata.FileHashes;
import dev.breakwater.protocol.update.metadata.MetadataKey;
import dev.breakwater.protocol.update.metadata.SignatureScheme;
import dev.breakwater.protocol.update.metadata.TargetFile;
import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.api.AuditedOperationsTest.Scene;
import dev.breakwater.server.artifact.DirectoryArtifacts;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.release.ProductReleases;
import dev.breakwater.server.release.ReleaseSigners;
import dev.breakwater.server.rollout.FleetUpdates;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.SqlAuditLog;
import dev.breakwater.server.store.SqlReleaseStore;
import dev.breakwater.server.store.SqlScanRuleStore;
import dev.breakwater.server.store.SqlVettingStore;
import dev.breakwater.server.vetting.ArtifactVetting;
import dev.breakwater.server.vetting.ScanRules;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A product whose releases are signed and published through the API, as its people do it. */
final class ReleaseScenes {

    static final String ONLINE_KEYS = "/update-repository/online-keys";
    static final String BYTES = "application/octet-stream";

    /** A key that this repository's own rules know; it opens nothing. */
    static final String SECRET =
            """
            firmware
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
            -----END PRIVATE KEY-----
            """;

    private final ApiClient client;
    private final String product;
    private final Instant expires;
    private ReleaseSigners signers;

    ReleaseScenes(ApiClient client, String product, Instant now) {
        this.client = client;
        this.product = product;
        this.expires = now.plus(Duration.ofDays(365)).truncatedTo(ChronoUnit.SECONDS);
        this.signers = new ReleaseSigners(onlineKey(client, product));
    }

    static Api.Updates updates(
            Path directory,
            Database database,
            SqlAuditLog audit,
            FleetUpdates fleet,
            Limits limits,
            Clock clock) {
        ArtifactVetting vetting =
                new ArtifactVetting(
                        new SqlVettingStore(database, audit),
                        new ScanRules(new SqlScanRuleStore(database, audit), limits, clock),
                        new DirectoryArtifacts(directory.resolve("artifacts"), limits, clock),
                        limits,
                        clock);
        return new Api.Updates(
                vetting,
                ProductReleases.over(
                        new SqlReleaseStore(database, audit),
                        vetting,
                        SealingKey.random(),
                        limits,
                        clock),
                fleet);
    }

    static MetadataKey onlineKey(ApiClient client, String product) {
        String pem = client.post("/products/" + product + ONLINE_KEYS).ok("publicKey");
        byte[] encoded = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        try {
            return MetadataKey.of(
                    SignatureScheme.ECDSA_P256,
                    KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException noKey) {
            throw new AssertionError(noKey);
        }
    }

    /** From now on root and targets are signed that name the server's next key. */
    void nameNextOnlineKey() {
        signers = signers.withOnline(onlineKey(client, product));
    }

    ReleaseSigners signers() {
        return signers;
    }

    Instant expires() {
        return expires;
    }

    /** The path of this product's repository, or of something in it. */
    String repository(String more) {
        return "/products/" + product + "/update-repository" + more;
    }

    /** The path of something of this product. */
    String product(String more) {
        return "/products/" + product + more;
    }

    Answer handInRoot(long version) {
        byte[] root = signers.signed(signers.root(version, expires));
        return handIn("/roots/" + version, root);
    }

    Answer handInTargets(long version, Map<String, TargetFile> releases) {
        return handIn("/targets", signers.signed(signers.targets(version, expires, releases)));
    }

    Answer handInTogether(long root, long targets, Map<String, TargetFile> releases) {
        byte[] first = signers.signed(signers.root(root, expires));
        byte[] second = signers.signed(signers.targets(targets, expires, releases));
        return handIn("/roots/" + root + "/with-targets/" + first.length, joined(first, second));
    }

    Answer handIn(String where, byte[] file) {
        String[] headers = where.contains("targets") ? new String[] {"If-Match: *"} : new String[0];
        return client.send(
                "PUT", repository(where), BYTES, new String(file, StandardCharsets.UTF_8), headers);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    TargetFile target(String version, long counter, String artifact) {
        return ReleaseSigners.target(
                product, version, counter, artifact.getBytes(StandardCharsets.UTF_8));
    }

    TargetFile targetOf(String version, long counter, byte[] artifact) {
        return ReleaseSigners.target(product, version, counter, artifact);
    }

    static String sha256(String artifact) {
        return FileHashes.sha256(artifact.getBytes(StandardCharsets.UTF_8)).sha256().orElseThrow();
    }

    Answer begin(String name, String artifact) {
        return client.post(
                "/products/" + product + "/artifact-uploads",
                "{\"sha256\":\"%s\",\"length\":%d,\"name\":\"%s\"}"
                        .formatted(
                                sha256(artifact),
                                artifact.getBytes(StandardCharsets.UTF_8).length,
                                name));
    }

    /** All of it in one part; the id of the upload. */
    String uploaded(String name, String artifact) {
        String id = begin(name, artifact).has(201).text("/id");
        part(id, 0, artifact).has(200);
        return id;
    }

    Answer part(String upload, long offset, String part) {
        return client.send("PUT", "/artifact-uploads/" + upload + "/parts/" + offset, BYTES, part);
    }

    /** Uploads and completes bytes that are no text. */
    Answer vettedBytes(String name, byte[] artifact) {
        String wish =
                "{\"sha256\":\"%s\",\"length\":%d,\"name\":\"%s\"}"
                        .formatted(
                                FileHashes.sha256(artifact).sha256().orElseThrow(),
                                artifact.length,
                                name);
        String id = client.post(product("/artifact-uploads"), wish).has(201).text("/id");
        client.sendBytes("PUT", "/artifact-uploads/" + id + "/parts/0", BYTES, artifact).has(200);
        return complete(id).has(200);
    }

    Answer complete(String upload) {
        return client.post("/artifact-uploads/" + upload + "/completion");
    }

    Answer vetted(String name, String artifact) {
        return complete(uploaded(name, artifact)).has(200);
    }

    /** Publishes a release and uploads something blocked; the ids of all that there is then. */
    void addTo(Map<String, String> objects, String name) {
        handInRoot(1).has(200);
        String artifact = "firmware of " + name;
        objects.put("uploadId", uploaded(name + ".zip", artifact));
        complete(objects.getOrDefault("uploadId", "")).has(200);
        handInTargets(1, Map.of("1.1/" + name + ".zip", target("1.1", 2, artifact))).has(200);
        objects.put(
                "releaseId", client.get("/products/" + product + "/releases").text("/items/0/id"));
        String blocked = vetted(name + "-blocked.zip", SECRET + name).text("/id");
        objects.put("artifactId", blocked);
        objects.put(
                "fingerprint",
                client.get("/artifacts/" + blocked + "/findings").text("/items/0/fingerprint"));
        objects.put("rootVersion", "2");
        objects.put("partOffset", "0");
        objects.put("targetsOffset", "2");
        objects.put("metadataFile", "timestamp.json");
    }

    /** How each operation is performed with success. */
    static void addTo(Map<String, Scene> scenes, ApiClient owner, Instant now) {
        scenes.put(
                "getUpdateRepository",
                () -> {
                    String fresh = product(owner);
                    return () -> owner.get("/products/" + fresh + "/update-repository");
                });
        scenes.put(
                "prepareOnlineKey",
                () -> {
                    ReleaseScenes fresh = new ReleaseScenes(owner, product(owner), now);
                    return () -> owner.post(fresh.repository("/online-keys?unused=replace"));
                });
        scenes.put(
                "handInTogether",
                () -> {
                    ReleaseScenes fresh = rotating(owner, now);
                    return () -> fresh.handInTogether(2, 2, Map.of());
                });
        scenes.put(
                "handInRoot",
                () -> {
                    ReleaseScenes fresh = rotating(owner, now);
                    fresh.handInTargets(2, Map.of()).has(200);
                    return () -> fresh.handInRoot(2);
                });
        scenes.put(
                "handInTargets",
                () -> {
                    ReleaseScenes fresh = rotating(owner, now);
                    fresh.handInRoot(2).has(200);
                    return () -> fresh.handInTargets(2, Map.of());
                });
        addArtifactsTo(scenes, owner, now);
    }

    private static void addArtifactsTo(Map<String, Scene> scenes, ApiClient owner, Instant now) {
        scenes.put(
                "beginArtifactUpload",
                () -> {
                    ReleaseScenes fresh = new ReleaseScenes(owner, product(owner), now);
                    return () -> fresh.begin("a.zip", "an artifact that never comes");
                });
        scenes.put(
                "putArtifactPart",
                () -> {
                    ReleaseScenes fresh = new ReleaseScenes(owner, product(owner), now);
                    String upload = fresh.begin("b.zip", "a part").has(201).text("/id");
                    return () -> fresh.part(upload, 0, "a part");
                });
        scenes.put(
                "completeArtifactUpload",
                () -> {
                    ReleaseScenes fresh = new ReleaseScenes(owner, product(owner), now);
                    String upload = fresh.uploaded("c.zip", "an artifact that is whole");
                    return () -> fresh.complete(upload);
                });
        addScans(scenes, owner, now);
        scenes.put(
                "waiveArtifactFinding",
                () -> {
                    String waiver = blocked(owner, now);
                    return () -> waive(owner, waiver, now);
                });
        scenes.put(
                "withdrawArtifactWaiver",
                () -> {
                    String waiver = blocked(owner, now);
                    waive(owner, waiver, now).has(200);
                    return () -> owner.delete(waiver);
                });
    }

    private static void addScans(Map<String, Scene> scenes, ApiClient owner, Instant now) {
        scenes.put(
                "scanArtifact",
                () -> {
                    ReleaseScenes fresh = new ReleaseScenes(owner, product(owner), now);
                    String artifact = fresh.vetted("e.zip", "an artifact to see twice").text("/id");
                    return () -> owner.post("/artifacts/" + artifact + "/scans");
                });
        scenes.put(
                "replaceScanRules",
                () -> () -> scanRules(owner, "PUT", "[[rules]]\nid = 'r'\nregex = 'r-[0-9]{9}'"));
        scenes.put(
                "removeScanRules",
                () -> {
                    scanRules(owner, "PUT", "[[rules]]\nid = 's'\nregex = 's-[0-9]{9}'").has(200);
                    return () -> scanRules(owner, "DELETE", null);
                });
    }

    /** Asks for, replaces or removes the own rules of whoever asks. */
    static Answer scanRules(ApiClient member, String method, @Nullable String toml) {
        String[] headers = method.equals("GET") ? new String[0] : new String[] {"If-Match: *"};
        return member.send(
                method,
                "/organizations/" + member.organization() + "/scan-rules",
                toml == null ? null : BYTES,
                toml,
                headers);
    }

    /** A product with a root and targets, whose next ones name another key of the server. */
    private static ReleaseScenes rotating(ApiClient owner, Instant now) {
        ReleaseScenes fresh = new ReleaseScenes(owner, product(owner), now);
        fresh.handInTogether(1, 1, Map.of()).has(200);
        fresh.nameNextOnlineKey();
        return fresh;
    }

    private static String product(ApiClient owner) {
        long number = owner.get("/products?limit=1000").json().at("/items").size();
        return owner.post("/products", "{\"name\":\"Signed %d\"}".formatted(number)).ok("id");
    }

    private static String blocked(ApiClient owner, Instant now) {
        ReleaseScenes fresh = new ReleaseScenes(owner, product(owner), now);
        String artifact = fresh.vetted("d.zip", SECRET + fresh.product).text("/id");
        String findings = "/artifacts/" + artifact + "/findings";
        return findings + "/" + owner.get(findings).text("/items/0/fingerprint") + "/waiver";
    }

    static Answer waive(ApiClient member, String waiver, Instant now) {
        return member.post(
                waiver,
                "{\"reason\":\"a key of the tests that opens nothing\",\"expires\":\"%s\"}"
                        .formatted(now.plus(Duration.ofDays(30))));
    }
}
