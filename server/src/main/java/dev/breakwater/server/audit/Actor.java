/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.audit;

import dev.breakwater.protocol.DeviceId;

/** Who did it. The text form is what the audit log stores. */
public sealed interface Actor {

    /** A person or machine that showed an API token. */
    record TokenHolder(String tokenId) implements Actor {
        @Override
        public String toString() {
            return "token:" + tokenId;
        }
    }

    /** A member of an organization, proven by a session. */
    record Person(String memberId) implements Actor {
        @Override
        public String toString() {
            return "member:" + memberId;
        }
    }

    /** A device, proven by its credential. */
    record ProvenDevice(DeviceId deviceId) implements Actor {
        @Override
        public String toString() {
            return "device:" + deviceId;
        }
    }

    /** Whoever showed a good enrollment code, and is no device yet. */
    record CodeHolder(String codeId) implements Actor {
        @Override
        public String toString() {
            return "enrollment-code:" + codeId;
        }
    }

    /** Whoever showed a good set-up ticket, and is no device yet. */
    record TicketHolder(String ticketId) implements Actor {
        @Override
        public String toString() {
            return "setup-ticket:" + ticketId;
        }
    }

    /** Somebody who proved nothing; the source address is all that is known. */
    record Unproven(String sourceAddress) implements Actor {
        @Override
        public String toString() {
            return "unproven:" + sourceAddress;
        }
    }

    /** Breakwater itself: expiry, clone detection, first start. */
    record Server() implements Actor {
        @Override
        public String toString() {
            return "server";
        }
    }

    /** Somebody at the command line of the server's own machine. */
    record LocalOperator() implements Actor {
        @Override
        public String toString() {
            return "local-operator";
        }
    }
}
