/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.artifact;

import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Artifacts in an S3-compatible store, a key per organization and hash. An upload arrives in a
 * directory of this machine and is hashed there; then it goes over in parts, and gets its name at
 * the store when all of them are there. What a crash leaves of that the store counts as nothing; it
 * is sent again when the upload is finished again.
 */
public final class S3Artifacts implements ArtifactStore {

    private static final int PART_BYTES = 16 << 20;
    private static final int NOT_FOUND = 404;
    private static final Duration CONNECTING_MAX = Duration.ofSeconds(5);
    private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

    private final S3Client client;
    private final String bucket;
    private final Incoming incoming;

    /**
     * Asks the store for nothing yet.
     *
     * @param staging where uploads arrive
     * @param clock says which uploads have been left
     */
    public S3Artifacts(Path staging, S3Place place, Limits limits, Clock clock) {
        this.bucket = place.bucket();
        this.incoming = new Incoming(staging, limits, clock, new Sending());
        this.client =
                S3Client.builder()
                        .endpointOverride(place.endpoint())
                        .region(Region.of(place.region()))
                        .credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create(
                                                place.accessKeyId(),
                                                new String(place.secretAccessKey().copy()))))
                        // The one form of addresses that every store knows.
                        .forcePathStyle(true)
                        // Not every store knows the newer checksums: Content-MD5 is sent instead.
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .httpClientBuilder(
                                UrlConnectionHttpClient.builder()
                                        .connectionTimeout(CONNECTING_MAX)
                                        .socketTimeout(SILENCE_MAX))
                        .build();
    }

    @Override
    public Begun begin(OrganizationId organization, ArtifactHash wanted, long length) {
        return incoming.begin(organization, wanted, length);
    }

    @Override
    public Optional<StoredArtifact> find(OrganizationId organization, ArtifactHash hash) {
        return asking(
                        "finding an artifact",
                        () ->
                                client.headObject(
                                        request ->
                                                request.bucket(bucket)
                                                        .key(key(organization, hash))))
                .map(head -> new StoredArtifact(hash, head.contentLength()));
    }

    @Override
    public List<StoredArtifact> all(OrganizationId organization) {
        String prefix = organization + "/";
        return asking(
                        "listing artifacts",
                        () ->
                                client
                                        .listObjectsV2Paginator(
                                                request -> request.bucket(bucket).prefix(prefix))
                                        .contents()
                                        .stream()
                                        .flatMap(
                                                found ->
                                                        ArtifactHash.of(
                                                                found.key()
                                                                        .substring(prefix.length()))
                                                                .map(
                                                                        hash ->
                                                                                new StoredArtifact(
                                                                                        hash,
                                                                                        found
                                                                                                .size()))
                                                                .stream())
                                        .sorted(
                                                Comparator.comparing(
                                                        artifact -> artifact.hash().hex()))
                                        .toList())
                .orElse(List.of());
    }

    @Override
    public Optional<ReadableByteChannel> open(
            OrganizationId organization, ArtifactHash hash, long offset, long length) {
        Optional<StoredArtifact> there = find(organization, hash);
        if (there.isEmpty()) {
            return Optional.empty();
        }
        long end = Math.min(there.get().length(), offset + length);
        if (offset >= end) {
            // There is no way to ask for nothing.
            return Optional.of(Channels.newChannel(InputStream.nullInputStream()));
        }
        return asking(
                        "opening an artifact",
                        () ->
                                client.getObject(
                                        request ->
                                                request.bucket(bucket)
                                                        .key(key(organization, hash))
                                                        .range(
                                                                "bytes=%d-%d"
                                                                        .formatted(
                                                                                offset, end - 1))))
                .map(in -> new PartOfArtifact(Channels.newChannel(new Cut(in)), end - offset));
    }

    /** Closed early, it would read the rest of a large object first. */
    private static final class Cut extends FilterInputStream {

        private final ResponseInputStream<GetObjectResponse> response;

        Cut(ResponseInputStream<GetObjectResponse> response) {
            super(response);
            this.response = response;
        }

        @Override
        public void close() {
            response.abort();
        }
    }

    @Override
    public void remove(OrganizationId organization, ArtifactHash hash) {
        incoming.remove(organization, hash);
        var _ =
                asking(
                        "removing an artifact",
                        () ->
                                client.deleteObject(
                                        request ->
                                                request.bucket(bucket)
                                                        .key(key(organization, hash))));
    }

    @Override
    public void close() {
        client.close();
    }

    private static String key(OrganizationId organization, ArtifactHash hash) {
        return organization + "/" + hash;
    }

    private interface Question<T> {
        T ask();
    }

    /** Empty if the store says that there is no such thing. */
    private static <T> Optional<T> asking(String what, Question<T> question) {
        try {
            return Optional.of(question.ask());
        } catch (S3Exception refused) {
            if (refused.statusCode() == NOT_FOUND) {
                return Optional.empty();
            }
            throw unavailable(what, refused);
        } catch (SdkException failed) {
            throw unavailable(what, failed);
        }
    }

    private static StorageUnavailable unavailable(String what, SdkException failed) {
        return new StorageUnavailable(
                "%s at the S3 store failed: %s".formatted(what, failed.getMessage()), failed);
    }

    private final class Sending implements Incoming.Keeping {

        @Override
        public Optional<StoredArtifact> find(OrganizationId organization, ArtifactHash hash) {
            return S3Artifacts.this.find(organization, hash);
        }

        @Override
        public List<StoredArtifact> all(OrganizationId organization) {
            return S3Artifacts.this.all(organization);
        }

        @Override
        public void keep(OrganizationId organization, StoredArtifact artifact, Path whole)
                throws IOException {
            String key = key(organization, artifact.hash());
            String upload;
            try {
                upload =
                        client.createMultipartUpload(request -> request.bucket(bucket).key(key))
                                .uploadId();
            } catch (SdkException failed) {
                throw unavailable("storing an artifact", failed);
            }
            try {
                List<CompletedPart> parts = send(key, upload, whole);
                client.completeMultipartUpload(
                        request ->
                                request.bucket(bucket)
                                        .key(key)
                                        .uploadId(upload)
                                        .multipartUpload(all -> all.parts(parts)));
            } catch (SdkException failed) {
                abort(key, upload, failed);
                throw unavailable("storing an artifact", failed);
            }
            Optional<StoredArtifact> stored = find(organization, artifact.hash());
            if (!stored.equals(Optional.of(artifact))) {
                throw new StorageUnavailable(
                        "the S3 store has something else than was sent to it: "
                                + stored.map(StoredArtifact::length).orElse(0L)
                                + " bytes");
            }
        }

        private List<CompletedPart> send(String key, String upload, Path whole) throws IOException {
            List<CompletedPart> parts = new ArrayList<>();
            try (InputStream in = Files.newInputStream(whole)) {
                for (byte[] part = in.readNBytes(PART_BYTES);
                        part.length > 0;
                        part = in.readNBytes(PART_BYTES)) {
                    int number = parts.size() + 1;
                    String digest = md5(part);
                    String tag =
                            client.uploadPart(
                                            request ->
                                                    request.bucket(bucket)
                                                            .key(key)
                                                            .uploadId(upload)
                                                            .partNumber(number)
                                                            .contentMD5(digest),
                                            RequestBody.fromBytes(part))
                                    .eTag();
                    parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
                }
            }
            return parts;
        }

        /** The store would keep the parts, and charge for them, until its own rules drop them. */
        private void abort(String key, String upload, SdkException failure) {
            try {
                client.abortMultipartUpload(
                        request -> request.bucket(bucket).key(key).uploadId(upload));
            } catch (SdkException stays) {
                failure.addSuppressed(stays);
            }
        }
    }

    /** Not for security: it finds what a line has garbled (RFC 1864). */
    private static String md5(byte[] part) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(part));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has MD5", impossible);
        }
    }
}
