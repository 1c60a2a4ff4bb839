/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.ledger;

/** On what grounds a certificate is issued; kept with it for ever. */
public sealed interface IssuanceBasis {

    /** The grounds on which a device gets a certificate. */
    sealed interface ForDevice extends IssuanceBasis {}

    /**
     * A one-time enrollment code.
     *
     * @param id the code's identifier, never the code itself
     */
    record EnrollmentCode(String id) implements ForDevice {
        /** Refuses an empty or overlong identifier. */
        public EnrollmentCode {
            requireName("enrollment code id", id);
        }
    }

    /**
     * A set-up ticket of the device's owner, shown with proof of the device's set-up key.
     *
     * @param id the ticket's identifier, never the ticket itself
     */
    record SetupTicket(String id) implements ForDevice {
        /** Refuses an empty or overlong identifier. */
        public SetupTicket {
            requireName("set-up ticket id", id);
        }
    }

    /**
     * The device holds a certificate already and proved possession of its key.
     *
     * @param previous the certificate it authenticated with
     */
    record Renewal(SerialNumber previous) implements ForDevice {}

    /**
     * An operator approved this very request.
     *
     * @param actor who, as the audit log names them
     */
    record OperatorApproval(String actor) implements ForDevice {
        /** Refuses an empty or overlong name. */
        public OperatorApproval {
            requireName("actor", actor);
        }
    }

    /** This server needs a certificate for a listener of its own. */
    record ServerListener(ServerNames names) implements IssuanceBasis {}

    private static void requireName(String noun, String text) {
        if (text.isBlank() || text.length() > 200) {
            throw new IllegalArgumentException("an " + noun + " is 1 to 200 characters");
        }
    }
}
