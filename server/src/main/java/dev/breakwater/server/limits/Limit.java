/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.limits;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Every limit of the server with its default and the bounds within which an operator may set it.
 */
public enum Limit {
    /**
     * Writes waiting for the committer, a batch of telemetry counted as one; more are refused with
     * "storage unavailable". At half of it no more is read from the devices that send.
     */
    STORE_QUEUE_WRITES(32_768, 64, 1_048_576),
    /**
     * Memory of everything that waits for the disk, in bytes. At it no more is read from the
     * devices that send, until it has fallen to half; each may bring one more message.
     */
    STORE_BACKLOG_BYTES(67_108_864, 1_048_576, 1_073_741_824),
    /** Seconds after which a person's write is withdrawn if the database takes none. */
    STORE_WRITE_SECONDS(10, 1, 600),
    /** Writes in one transaction; bounds how long one fsync makes the others wait. */
    STORE_COMMIT_WRITES(1_024, 1, 65_536),
    /** Connections that read at the same time. */
    STORE_READERS(4, 1, 64),
    /** Those that people's requests leave to devices and operators; one always is for people. */
    STORE_READERS_KEPT_FROM_PEOPLE(1, 0, 63),
    /** Rows of one kind, such as devices, that are remembered after they were read. */
    STORE_ROWS_REMEMBERED(16_384, 4, 1_048_576),
    /** Seconds after which such a row is read again even when nothing has changed. */
    STORE_ROW_SECONDS(60, 0, 3_600),
    /** Certificates of devices of which is remembered what the store says about them. */
    REGISTRY_READINGS(65_536, 16, 4_194_304),
    /** Seconds after which the store is asked again even when nothing has changed. */
    REGISTRY_READING_SECONDS(300, 1, 3_600),
    /** Refusals of one reason that are logged and audited per second; all are counted. */
    REFUSALS_RECORDED_PER_SECOND(20, 1, 10_000),

    /** Connections to the device channel at the same time. */
    CHANNEL_CONNECTIONS(15_000, 1, 1_000_000),
    /** Connections whose CONNECT has not arrived yet. */
    CHANNEL_HALF_OPEN(10_000, 1, 1_000_000),
    /** Those of one source address; of IPv6, of one /64. It may be a building of honest devices. */
    CHANNEL_HALF_OPEN_PER_SOURCE(4_000, 1, 1_000_000),
    /** Connections accepted per second; more are closed before anything is done for them. */
    CHANNEL_ACCEPTS_PER_SECOND(10_000, 1, 1_000_000),
    /** Those of one source. */
    CHANNEL_ACCEPTS_PER_SECOND_PER_SOURCE(4_000, 1, 1_000_000),
    /** TLS handshakes begun per second and processor: most of it is left to connected devices. */
    CHANNEL_HANDSHAKES_PER_SECOND_PER_CORE(1_000, 1, 100_000),
    /** Those of one source, which never gets more than half of all. */
    CHANNEL_HANDSHAKES_PER_SECOND_PER_SOURCE(1_000, 1, 100_000),
    /**
     * Seconds that a connection may wait for its turn at the handshake among those of its source,
     * and as long again among those of all.
     */
    CHANNEL_TURN_SECONDS(3, 1, 30),
    /** Sources whose connections are counted; the longest unseen go first. */
    CHANNEL_SOURCES(65_536, 16, 1_000_000),
    /** Seconds without a byte after which the kernel asks whether the peer is still there. */
    CHANNEL_PROBE_SECONDS(60, 10, 7_200),
    /** Seconds after which the kernel gives up a peer that answers neither bytes nor probes. */
    CHANNEL_UNREACHABLE_SECONDS(60, 4, 600),
    /** Bytes of all certificates that a device sends in its TLS handshake. */
    CHANNEL_CERTIFICATE_BYTES(16_384, 2_048, 65_536),
    /** Connections whose certificate is being looked up at the same time. */
    CHANNEL_ADMISSIONS_IN_WORK(1_024, 1, 65_536),
    /** Certificate renewals over the channel that are in work at the same time. */
    CHANNEL_RENEWALS_IN_WORK(64, 1, 4_096),
    /**
     * Seconds for which a TLS session ticket is good at most. With BoringSSL it is a key that ends,
     * and all tickets under it, so that the youngest of them live shorter by the key's rotation.
     */
    CHANNEL_TICKET_SECONDS(86_400, 60, 604_800),
    /** Seconds after which BoringSSL seals tickets with another key; the JDK takes an hour. */
    CHANNEL_TICKET_KEY_SECONDS(43_200, 60, 604_800),
    /** Seconds for the TLS handshake. */
    CHANNEL_HANDSHAKE_SECONDS(10, 1, 60),
    /** Seconds from the end of the handshake to CONNECT. */
    CHANNEL_CONNECT_SECONDS(5, 1, 60),
    /** Bytes of CONNECT and of everything before it. */
    CHANNEL_CONNECT_BYTES(4_096, 512, 65_536),
    /** Bytes of one MQTT packet. */
    CHANNEL_PACKET_BYTES(135_168, 1_024, 1_048_576),
    /** Bytes of one telemetry payload (AWS IoT: 128 KiB). */
    TELEMETRY_PAYLOAD_BYTES(131_072, 128, 1_048_576),
    /** Subscriptions of one connection (AWS IoT: 50). */
    CHANNEL_SUBSCRIPTIONS(50, 1, 1_000),
    /** Unacknowledged QoS 1 and 2 messages in each direction of one connection (AWS IoT: 100). */
    CHANNEL_INFLIGHT(100, 1, 65_535),
    /** Bytes of one connection that wait for the disk before no more is read from it. */
    CHANNEL_UNSTORED_BYTES(524_288, 4_096, 67_108_864),
    /** Bytes waiting to be written to one slow connection before it is closed. */
    CHANNEL_OUTBOUND_BYTES(1_048_576, 65_536, 67_108_864),
    /**
     * Seconds in which not one packet leaves to a connection that some wait for, before it is
     * closed.
     */
    CHANNEL_UNREAD_SECONDS(30, 1, 3_600),
    /** Seconds that a device may take to acknowledge a message before its connection is closed. */
    CHANNEL_UNACKNOWLEDGED_SECONDS(60, 1, 86_400),
    /**
     * Seconds in which a connection that was taken over may say that somebody is still there, if it
     * asked to be asked.
     */
    CHANNEL_TAKEOVER_SECONDS(5, 1, 60),
    /** Topic aliases that a device may use on one connection. */
    CHANNEL_TOPIC_ALIASES(8, 0, 64),
    /**
     * Longest time that an MQTT session outlives its connection, in seconds; with 0 none does. A
     * 3.1.1 session that is not clean is kept so long.
     */
    SESSION_EXPIRY_SECONDS(604_800, 0, 7_776_000),
    /** Wills that wait for their delay at the same time; more are published without it. */
    CHANNEL_WILLS_DELAYED(10_000, 0, 1_000_000),
    /** Longest keep-alive a device may ask for, in seconds; 0 (none) is answered with this one. */
    CHANNEL_KEEPALIVE_SECONDS(1_200, 10, 65_535),
    /**
     * Seconds over which the return of devices is spread that a stopping or busy server sends away;
     * each is told a moment of its own.
     */
    CHANNEL_RETURN_SECONDS(30, 1, 3_600),
    /** Seconds that a graceful stop waits for connections to take their farewell. */
    CHANNEL_FAREWELL_SECONDS(5, 1, 60),
    /** User properties of one packet. */
    CHANNEL_USER_PROPERTIES(16, 0, 256),
    /** Bytes of one topic. */
    CHANNEL_TOPIC_BYTES(256, 64, 4_096),

    /** Packets per second of one device whose product states nothing (AWS IoT: 100). */
    DEVICE_PUBLISHES_PER_SECOND(100, 1, 100_000),
    /** The most that a product may state. */
    DEVICE_PUBLISHES_PER_SECOND_HIGHEST(1_000, 1, 100_000),
    /** Bytes per second, as they come over the network, of one device (AWS IoT: 512 KiB). */
    DEVICE_BYTES_PER_SECOND(524_288, 1_024, 1_073_741_824),
    /** The most that a product may state. */
    DEVICE_BYTES_PER_SECOND_HIGHEST(8_388_608, 1_024, 1_073_741_824),
    /** Connects per second of one device (AWS IoT: 1). */
    DEVICE_CONNECTS_PER_SECOND(1, 1, 1_000),
    /** The most that a product may state. */
    DEVICE_CONNECTS_PER_SECOND_HIGHEST(10, 1, 1_000),
    /** Connects that a device may make at once after a calm time. */
    DEVICE_CONNECTS_AT_ONCE(10, 1, 1_000),
    /** Seconds whose packets and bytes a device may send at once after a calm time. */
    DEVICE_BURST_SECONDS(2, 1, 60),
    /** Seconds for which a device is only slowed down before it is told that it sends too much. */
    DEVICE_TOLD_AFTER_SECONDS(3, 1, 3_600),
    /** Seconds for which a device is slowed down before it is cut off. */
    DEVICE_CUT_AFTER_SECONDS(10, 1, 86_400),
    /** Seconds that a device waits which was cut off, or connects too often; doubled each time. */
    DEVICE_WAIT_LEAST_SECONDS(2, 1, 3_600),
    /** The longest such wait; as long without another, and one doubling is forgotten. */
    DEVICE_WAIT_MOST_SECONDS(300, 1, 86_400),
    /** Devices whose use is remembered; the connected ones and the restless ones go last. */
    DEVICES_REMEMBERED(1_000_000, 64, 10_000_000),

    /**
     * Bytes of a reported state patch, and of the desired or reported document as a whole. A device
     * takes no more than the default.
     */
    STATE_DOCUMENT_BYTES(32_768, 1_024, 32_768),
    /** Depth of any JSON the server reads. A device takes no more than the default. */
    JSON_DEPTH(32, 4, 32),
    /** Commands of one device that wait for their delivery or for the device's reply. */
    COMMANDS_QUEUED_PER_DEVICE(100, 1, 10_000),
    /** Commands on their way to one device, not yet acknowledged by it. */
    COMMANDS_IN_FLIGHT_PER_DEVICE(10, 1, 100),
    /** Bytes of a command's arguments or of its result. A device takes no more than the default. */
    COMMAND_PAYLOAD_BYTES(65_280, 256, 65_280),
    /** Longest life of a command that nobody collects, in seconds. */
    COMMAND_EXPIRY_SECONDS(604_800, 60, 2_592_000),
    /** Longest wait for a device's reply, in seconds. */
    COMMAND_TIMEOUT_SECONDS(3_600, 1, 86_400),
    /**
     * Requests that wait for the end of a command; more are answered at once, and so are more than
     * half of {@link #HTTP_REQUESTS_IN_WORK}: whoever waits must not keep everybody else out.
     */
    COMMAND_WAITERS(250, 1, 32_768),
    /** Readings and events in one transaction; bounds how long one commit makes the others wait. */
    TELEMETRY_COMMIT_READINGS(16_384, 64, 65_536),
    /** Their bytes, with 256 for each; the last may exceed it. */
    TELEMETRY_COMMIT_BYTES(8_388_608, 65_536, 67_108_864),
    /**
     * Seconds for which a reading or event that is sent again after a reconnect is recognised and
     * not stored twice; 0 turns it off.
     */
    TELEMETRY_REPEAT_SECONDS(300, 0, 86_400),
    /** Days for which readings and events are kept. */
    TELEMETRY_DAYS(30, 1, 3_650),
    /**
     * Readings and events that are kept; the oldest go first, a block of at least 32 KiB at once.
     */
    TELEMETRY_ROWS(50_000_000, 1_000, 2_000_000_000),
    /**
     * Readings and events deleted in one transaction, but at least one block of them; bounds how
     * long the others wait.
     */
    TELEMETRY_TRIM_ROWS(2_000, 10, 100_000),
    /** Readings returned by one query. */
    TELEMETRY_PAGE_ROWS(1_000, 10, 10_000),
    /**
     * Bytes of the payloads returned by one query, which ends there and goes on with the next page:
     * a thousand payloads of the largest size would not fit into memory.
     */
    TELEMETRY_PAGE_BYTES(1_048_576, 1_048_576, 67_108_864),
    /** Rows returned by any other listing. */
    PAGE_ROWS(200, 10, 1_000),

    /** Bytes of an enrollment request. */
    ENROLLMENT_REQUEST_BYTES(65_536, 4_096, 262_144),
    /** Serials of one enrollment batch. */
    ENROLLMENT_BATCH_SERIALS(10_000, 1, 100_000),
    /** Longest life of an enrollment code, in seconds. */
    ENROLLMENT_CODE_SECONDS(7_776_000, 60, 31_536_000),
    /** Wrong enrollment codes from one source address per minute before it is told to wait. */
    ENROLLMENT_FAILURES_PER_MINUTE(30, 1, 10_000),
    /** Source addresses whose wrong enrollment codes are counted; the longest unseen go first. */
    ENROLLMENT_SOURCES(10_000, 16, 1_000_000),
    /** Seconds after which a device asks again whether an operator has approved it. */
    ENROLLMENT_RETRY_SECONDS(30, 1, 86_400),
    /** Renewed certificates a device may hold without having used them. */
    CREDENTIALS_UNUSED(4, 1, 64),
    /** Life of a device's token at most, and unless less is asked for, in seconds: 90 days. */
    DEVICE_TOKEN_SECONDS(7_776_000, 60, 7_776_000),
    /** Wrong device tokens from one source address per minute before it is told to wait. */
    DEVICE_TOKEN_FAILURES_PER_SOURCE(30, 1, 10_000),
    /**
     * Wrong device tokens under one device's name per minute before whoever comes under that name,
     * and is not remembered, is told to wait.
     */
    DEVICE_TOKEN_FAILURES_PER_DEVICE(60, 1, 10_000),
    /** Source addresses and names whose wrong tokens are counted; the longest unseen go first. */
    DEVICE_TOKEN_FAILURES_COUNTED(10_000, 16, 1_000_000),
    /** Rotations of tokens in work at the same time. */
    CHANNEL_ROTATIONS_IN_WORK(8, 1, 1_024),
    /** Pieces of updates' files that are read for devices at the same time. */
    CHANNEL_FETCHES_IN_WORK(32, 1, 1_024),
    /** Enrollments waiting for an operator, per organization. */
    ENROLLMENTS_PENDING(1_000, 1, 100_000),

    /** Bytes of one message schema. */
    FIREWALL_SCHEMA_BYTES(32_768, 256, 131_072),
    /** Places of a message schema in which a value is judged, with all references followed. */
    FIREWALL_SCHEMA_PLACES(1_000, 10, 10_000),
    /** Steps that checking one payload against its schema may take; it is done on event loops. */
    FIREWALL_CHECK_STEPS(5_000, 100, 1_000_000),
    /** Products of one organization that have firewall rules; they are held in memory. */
    FIREWALL_PRODUCTS_PER_ORGANIZATION(200, 1, 10_000),
    /** Devices whose connections and messages the firewall remembers. */
    FIREWALL_DEVICES_WATCHED(100_000, 64, 1_000_000),
    /** Networks of one device that count as known; the longest unseen go first. */
    FIREWALL_NETWORKS_PER_DEVICE(16, 2, 256),
    /** Refused connects of a known device within ten minutes that are a finding. */
    FIREWALL_FAILED_CONNECTS(10, 2, 10_000),
    /** Seconds after which the pattern of a caller of the API counts as established. */
    FIREWALL_LEARNING_SECONDS(604_800, 60, 7_776_000),
    /** Connected devices of a product below which none is compared with its peers. */
    FIREWALL_PEERS_LEAST(20, 3, 10_000),
    /** Findings of one organization; decided ones go first, then the oldest. */
    FINDINGS_PER_ORGANIZATION(10_000, 10, 1_000_000),

    /** Bytes of an API request's body. */
    API_REQUEST_BYTES(262_144, 1_024, 16_777_216),
    /** Units one source may spend per second; a request takes as many as its operation costs. */
    API_REQUESTS_PER_SECOND_PER_SOURCE(200, 1, 1_000_000),
    /** Units all callers of one organization may spend per second. */
    API_REQUESTS_PER_SECOND_PER_ORGANIZATION(1_000, 1, 1_000_000),
    /** Units one token or session may spend per second, wherever it is shown. */
    API_REQUESTS_PER_SECOND_PER_TOKEN(200, 1, 1_000_000),
    /** Sources, organizations and tokens, each, whose spending is remembered. */
    API_BUDGETS(65_536, 16, 1_000_000),
    /** Requests in work at the same time, per listener. */
    HTTP_REQUESTS_IN_WORK(512, 8, 65_536),
    /** Those of one source address; of IPv6, of one /64. */
    HTTP_REQUESTS_IN_WORK_PER_SOURCE(256, 1, 65_536),
    /** Live event streams at the same time; never more than half of {@link #HTTP_CONNECTIONS}. */
    EVENT_STREAMS(1_000, 1, 50_000),
    /** Those of one organization. */
    EVENT_STREAMS_PER_ORGANIZATION(200, 1, 50_000),
    /** Those of one member or token. */
    EVENT_STREAMS_PER_CALLER(8, 1, 1_000),
    /** Seconds after which a live event stream is checked anew and told that it still stands. */
    EVENT_HEARTBEAT_SECONDS(15, 1, 300),
    /** Events of an organization that are kept; who is further behind has to read anew. */
    EVENTS_KEPT_PER_ORGANIZATION(4_096, 16, 65_536),
    /** Events taken at a time for one stream; there is no other queue for it. */
    EVENTS_IN_HAND_PER_STREAM(64, 1, 1_024),
    /** Seconds for which an organization's events are kept when nobody listens any more. */
    EVENT_RESUME_SECONDS(300, 1, 86_400),
    /** HTTPS connections at the same time, per listener, and as many that wait to be accepted. */
    HTTP_CONNECTIONS(2_000, 16, 100_000),
    /** Those of one source: so few that a handful of sources does not keep everybody out. */
    HTTP_CONNECTIONS_PER_SOURCE(500, 1, 100_000),
    /** Seconds in which nothing at all moves on an HTTPS connection that is being used. */
    HTTP_IDLE_SECONDS(30, 1, 600),
    /** Seconds for the handshake and a request's head, and between two requests. */
    HTTP_HEAD_SECONDS(15, 1, 600),
    /** Seconds for a request's body as a whole. */
    HTTP_BODY_SECONDS(20, 1, 600),
    /** Bytes per second that a client at least sends of a body, and takes of a reply. */
    HTTP_BYTES_PER_SECOND_LEAST(500, 1, 1_048_576),
    /** Seconds for which a client may be slower than that. */
    HTTP_GRACE_SECONDS(5, 1, 60),
    /** Milliseconds that a person's request may wait before it runs, when others wait too. */
    HTTP_QUEUE_MILLISECONDS(50, 1, 10_000),
    /** Milliseconds in which every one has to wait longer before new ones are refused. */
    HTTP_QUEUE_INTERVAL_MILLISECONDS(200, 10, 60_000),
    /** Requests per second of one source that are not refused while others wait too long. */
    HTTP_REQUESTS_PER_SECOND_SPARED(50, 1, 1_000_000),
    /** Per cent of the processors that handshakes of one HTTPS listener take; at least one. */
    HTTP_HANDSHAKE_PROCESSORS_PERCENT(50, 1, 100),
    /** Handshakes per second that one source may make without waiting behind the other sources. */
    HTTP_HANDSHAKES_PER_SECOND_SPARED(2, 1, 1_000_000),
    /** Seconds that a connection waits for its turn to begin the handshake before it is closed. */
    HTTP_TURN_SECONDS(3, 1, 30),
    /** Connections of banned sources that are left without an answer, for the time of a head. */
    HTTP_BANNED_HELD(500, 1, 20_000),
    /** Requests that one HTTP/2 connection may have in work. */
    HTTP2_STREAMS(64, 1, 1_000),
    /** Frames without any use per second of one HTTP/2 connection: resets, empty ones, pings. */
    HTTP2_USELESS_FRAMES_PER_SECOND(40, 10, 100),

    /** Points for which a source is banned from the HTTPS listeners; each refusal has its own. */
    BAN_POINTS(1_000, 10, 1_000_000),
    /** Points that a source is forgiven each second. */
    BAN_POINTS_FORGIVEN_PER_SECOND(10, 1, 100_000),
    /** Seconds of a source's first ban; each further one lasts twice as long. */
    BAN_LEAST_SECONDS(60, 1, 86_400),
    /** The longest ban. */
    BAN_MOST_SECONDS(86_400, 1, 2_592_000),
    /** Seconds without another ban after which one is forgotten. */
    BAN_MEMORY_SECONDS(86_400, 1, 31_536_000),
    /** Sources whose points are counted; the longest unseen go first. */
    BAN_SOURCES(65_536, 16, 1_000_000),
    /** Bans that are remembered; when there are more, the one that ends first goes. */
    BANS(10_000, 16, 1_000_000),
    /** Seconds for which one revocation list is served before another one is signed. */
    REVOCATION_LIST_SECONDS(60, 1, 86_400),
    /** Idempotency keys that are remembered for one organization; the oldest go first. */
    IDEMPOTENCY_KEYS_PER_ORGANIZATION(10_000, 100, 1_000_000),
    /** Live API tokens of one organization. */
    TOKENS_PER_ORGANIZATION(1_000, 1, 100_000),
    /** Sessions a member may have at the same time; one more ends the oldest. */
    SESSIONS_PER_MEMBER(10, 1, 100),
    /** Browsers and command lines that are known to be a member's; one more forgets another. */
    KNOWN_SOURCES_PER_MEMBER(10, 1, 100),
    /** Seconds after which a known source that its member has not used is forgotten. */
    KNOWN_SOURCE_SECONDS(7_776_000, 86_400, 31_536_000),
    /** Wrong passwords, or second factors, before the next attempt has to wait. */
    LOG_IN_FREE_FAILURES(4, 1, 100),
    /** Longest wait after wrong passwords, or second factors, in seconds; the first is a minute. */
    LOG_IN_WAIT_SECONDS(3_600, 60, 86_400),
    /** Seconds after which a session ends and its member logs in again. */
    SESSION_SECONDS(43_200, 600, 2_592_000),
    /** Seconds without a refreshed token after which a session ends. */
    SESSION_IDLE_SECONDS(3_600, 600, 2_592_000),
    /** Seconds for which a proven second factor lets its session do what is dangerous. */
    STEP_UP_SECONDS(600, 60, 3_600),
    /** Second factors a member may have. */
    FACTORS_PER_MEMBER(10, 1, 100),
    /** Log-ins through an identity provider that wait for its answer; the oldest go first. */
    OIDC_LOG_INS_OPEN(16_384, 16, 1_000_000),
    /** Seconds for one answer of the identity provider as a whole. */
    OIDC_PROVIDER_SECONDS(10, 1, 60),
    /** Bytes of one answer of the identity provider. */
    OIDC_PROVIDER_BYTES(65_536, 4_096, 1_048_576),
    /** Requests to the identity provider in work at the same time. */
    OIDC_REQUESTS_IN_WORK(32, 1, 1_000),
    /** Labels of devices that one organization may enter. */
    DEVICE_LABELS_PER_ORGANIZATION(1_000_000, 10, 10_000_000),
    /** Labels that are entered at once. */
    DEVICE_LABELS_PER_ENTRY(1_000, 1, 1_000),
    /** Tags of one device. */
    DEVICE_TAGS(16, 1, 32),
    /** Characters of a tag. */
    DEVICE_TAG_CHARACTERS(64, 8, 64),
    /** Different tags that the devices of one organization have. */
    DEVICE_TAGS_PER_ORGANIZATION(1_000, 1, 100_000),
    /** Devices whose tags are changed at once. */
    DEVICES_TAGGED_AT_ONCE(1_000, 1, 1_000),
    /** Set-up tickets that one member is granted per hour. */
    SETUP_TICKETS_PER_MEMBER_PER_HOUR(20, 1, 1_000),
    /** Life of a set-up ticket, in seconds. */
    SETUP_TICKET_SECONDS(600, 60, 600),
    /** Wrong set-up tickets from one source address per minute before it is told to wait. */
    SETUP_TICKET_FAILURES_PER_MINUTE(30, 1, 10_000),
    /** Life of the code by which somebody takes over a device, in seconds. */
    DEVICE_TRANSFER_SECONDS(86_400, 60, 86_400),
    /** Life of the code by which somebody accepts a share of a device, in seconds. */
    DEVICE_SHARE_CODE_SECONDS(86_400, 60, 86_400),
    /** Shares a device may have, offers that wait for somebody included. */
    SHARES_PER_DEVICE(20, 1, 100),
    /** Seconds for which a device that was taken over is kept for whoever took it. */
    DEVICE_PROMISE_SECONDS(2_592_000, 3_600, 31_536_000),
    /** Bytes of the receipt that a device hands in when it has erased itself. */
    ERASURE_RECEIPT_BYTES(32_768, 4_096, 262_144),
    /** Questions that prove nothing (what time it is, receipts) per second and source address. */
    UNPROVEN_QUESTIONS_PER_SECOND_PER_SOURCE(20, 1, 10_000),
    /** Days after its end within which a certificate is renewed, once an operator approves it. */
    LAPSED_CERTIFICATE_DAYS(365, 1, 3_650),
    /** Roots of makers of TPMs that one organization may list. */
    ENDORSEMENT_AUTHORITIES_PER_ORGANIZATION(100, 1, 1_000),
    /** Single endorsement keys that one organization may list. */
    ENDORSEMENT_KEYS_PER_ORGANIZATION(100_000, 1, 10_000_000),
    /** Challenges to TPMs that wait for their answer, one a device; the oldest go first. */
    ATTESTATION_CHALLENGES_OPEN(16_384, 16, 1_000_000),
    /** Seconds within which a challenge has to be answered. */
    ATTESTATION_CHALLENGE_SECONDS(600, 10, 600),
    /** Challenges and answers of one device per hour. */
    ATTESTATION_REQUESTS_PER_DEVICE_PER_HOUR(30, 2, 1_000),
    /** Keys that devices of one organization may seal to; the server's old ones count too. */
    ENVELOPE_KEYS_PER_ORGANIZATION(16, 2, 16),
    /** Encapsulated keys whose secret is remembered, so that not each envelope computes it anew. */
    ENVELOPE_ENCAPSULATIONS_PER_ORGANIZATION(4_096, 1, 1_048_576),
    /** Devices of which is remembered what the server has opened; others are looked up. */
    ENVELOPE_WINDOWS(65_536, 16, 1_000_000),
    /** Owners a device may have. */
    OWNERS_PER_DEVICE(10, 1, 1_000),
    /** Invitations of an organization that wait to be accepted. */
    INVITATIONS_PER_ORGANIZATION(200, 1, 10_000),
    /** Organizations in which one address may be a member. */
    MEMBERSHIPS_PER_ADDRESS(20, 1, 1_000),
    /** Longest life of an API token, in seconds. */
    TOKEN_SECONDS(31_536_000, 60, 63_072_000),

    /** Mebibytes of one artifact. */
    ARTIFACT_MEBIBYTES(4_096, 1, 1_048_576),
    /** Mebibytes of all artifacts of one organization, with the uploads that have begun. */
    ARTIFACTS_MEBIBYTES_PER_ORGANIZATION(65_536, 1, 1_073_741_824),
    /** Uploads of artifacts of one organization that have begun and are not finished. */
    ARTIFACT_UPLOADS_PER_ORGANIZATION(16, 1, 1_000),
    /** Seconds after which an upload that nobody goes on with is dropped. */
    ARTIFACT_UPLOAD_SECONDS(604_800, 600, 7_776_000),
    /** Mebibytes of the disk that uploads leave free for the database. */
    ARTIFACT_DISK_KEPT_MEBIBYTES(1_024, 0, 1_048_576),
    /** Seconds in which each artifact of the data directory is read again and compared once. */
    ARTIFACT_SCRUB_SECONDS(604_800, 1, 31_536_000),
    /** Bytes per second that are read for it at most. */
    ARTIFACT_SCRUB_BYTES_PER_SECOND(4_194_304, 65_536, 1_073_741_824),

    /** Bytes of one part of an artifact that is uploaded. */
    ARTIFACT_PART_BYTES(8_388_608, 65_536, 16_777_216),
    /** Artifacts that are scanned at the same time; each takes a core. */
    ARTIFACT_SCANS(1, 1, 64),
    /** Artifacts of one organization that are, or wait to be, scanned again. */
    ARTIFACT_RESCANS_PER_ORGANIZATION(4, 1, 1_000),
    /** Seconds for which whoever completes an upload waits for its scan, which goes on. */
    ARTIFACT_COMPLETION_SECONDS(20, 0, 300),
    /**
     * Bytes of metadata that is handed in: a file of targets and a root beside it, the longest that
     * devices read of each.
     */
    UPDATE_METADATA_BYTES(5_767_168, 65_536, 5_767_168),
    /** Seconds that a file of timestamp is good for; at half of them it is signed again. */
    UPDATE_TIMESTAMP_SECONDS(604_800, 3_600, 2_592_000),
    /** Seconds that a snapshot of an update repository is good for. */
    UPDATE_SNAPSHOT_SECONDS(2_592_000, 3_600, 31_536_000),
    /** Days before its end from which on a root or a file of targets is warned of. */
    UPDATE_NOTICE_DAYS(30, 1, 365),
    /** Artifacts that are being sent to devices at the same time, over HTTPS. */
    DOWNLOADS(256, 1, 16_384),
    /** Those of one source address; of IPv6, of one /64. It may be a building of honest devices. */
    DOWNLOADS_PER_SOURCE(128, 1, 16_384),
    /** Those of one device; one more ends the oldest. */
    DOWNLOADS_PER_DEVICE(2, 1, 64),
    /** Artifacts that are being sent to people and their programs at the same time, by the API. */
    API_DOWNLOADS(32, 1, 4_096),
    /** Those of one source address; of IPv6, of one /64. */
    API_DOWNLOADS_PER_SOURCE(16, 1, 4_096),
    /** Those of one session or token; one more ends the oldest. */
    API_DOWNLOADS_PER_CALLER(4, 1, 64),
    /** Bytes per second of an artifact that a device or a caller at least takes. */
    DOWNLOAD_BYTES_PER_SECOND_LEAST(1_024, 64, 1_048_576),
    /** Seconds after which a device that found no place for its download tries again, at least. */
    DOWNLOAD_RETRY_LEAST_SECONDS(10, 1, 3_600),
    /** The longest such wait, however many others wait. */
    DOWNLOAD_RETRY_MOST_SECONDS(3_600, 10, 86_400),
    /** Devices that one rollout reaches. */
    ROLLOUT_DEVICES(200_000, 1, 2_000_000),
    /** Seconds in which a device that was offered a release has to begin, ask or decline. */
    ROLLOUT_ANSWER_SECONDS(600, 10, 86_400),
    /**
     * Seconds after a start of the server in which no device counts as silent: while it was off, it
     * could hear nobody.
     */
    ROLLOUT_GRACE_SECONDS(900, 0, 86_400),
    /** Offers that are signed and sent at the same time. */
    ROLLOUT_OFFERS_IN_WORK(32, 1, 1_024),

    /** Archives in archives that a scan for secrets opens. */
    SCAN_DEPTH(16, 1, 64),
    /** Entries of all archives that a scan looks at. */
    SCAN_ENTRIES(2_000_000, 1, 100_000_000),
    /** Mebibytes that come out of all archives together. */
    SCAN_EXPANDED_MEBIBYTES(131_072, 1, 16_777_216),
    /** How many times its size a file may expand to. */
    SCAN_RATIO(250, 1, 1_000_000),
    /** Mebibytes that may come out before the ratio counts: empty images compress well. */
    SCAN_RATIO_FREE_MEBIBYTES(1_024, 0, 1_048_576),
    /** Seconds that a scan may take. */
    SCAN_SECONDS(3_600, 1, 86_400),
    /**
     * Mebibytes of memory that the decompressors of one scan may take, the outermost half of it.
     */
    SCAN_DECODER_MEBIBYTES(384, 16, 8_192),
    /** Findings after which a scan ends. */
    SCAN_FINDINGS(1_000, 1, 100_000),
    /** Bytes of the file of an organization's own rules for the scan. */
    SCAN_RULE_FILE_BYTES(262_144, 1_024, 1_048_576),
    /** Rules in it. */
    SCAN_OWN_RULES(500, 1, 2_000),
    /**
     * Characters and classes of all its expressions, repetitions written out; a class of Unicode
     * counts as 256.
     */
    SCAN_OWN_EXPRESSION_PARTS(100_000, 1_000, 1_000_000),
    /** Bytes of all its keywords. */
    SCAN_OWN_KEYWORD_BYTES(16_384, 64, 65_536),
    /** Expressions and stopwords in all its allowlists. */
    SCAN_OWN_ALLOWED(2_000, 1, 20_000),
    /** Organizations' own rules that are kept compiled for the next scan. */
    SCAN_RULE_SETS(4, 1, 256);

    private final int byDefault;
    private final int lowest;
    private final int highest;

    Limit(int byDefault, int lowest, int highest) {
        this.byDefault = byDefault;
        this.lowest = lowest;
        this.highest = highest;
    }

    /** The limit with this key; empty if there is none. */
    public static Optional<Limit> of(String key) {
        return Arrays.stream(values()).filter(limit -> limit.key().equals(key)).findFirst();
    }

    /** The value when the operator says nothing. */
    public int byDefault() {
        return byDefault;
    }

    /** The lowest value an operator may set. */
    public int lowest() {
        return lowest;
    }

    /** The highest value an operator may set. */
    public int highest() {
        return highest;
    }

    /** The name in the configuration, e.g. {@code channel-connect-seconds}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
