/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

import java.io.Serial;
import java.util.List;

/** A request does not fit the contract. */
public final class ContractViolation extends Exception {

    @Serial private static final long serialVersionUID = 1;

    private final Kind kind;
    private final transient List<Fault> faults;

    /** In what way a request does not fit. */
    public enum Kind {
        PATH_NOT_CANONICAL,
        NO_SUCH_PATH,
        METHOD_NOT_OFFERED,
        PARAMETER_REFUSED,
        HEADER_REFUSED,
        MEDIA_TYPE_REFUSED,
        BODY_NOT_TAKEN,
        BODY_TOO_LARGE,
        BODY_TOO_SLOW,
        BODY_MALFORMED,
        BODY_REFUSED
    }

    /** One fault. */
    public ContractViolation(Kind kind, Fault fault) {
        this(kind, List.of(fault));
    }

    /** Several faults of one kind. */
    public ContractViolation(Kind kind, List<Fault> faults) {
        super(kind + ": " + faults);
        this.kind = kind;
        this.faults = List.copyOf(faults);
    }

    /** A query parameter or path segment that does not fit. */
    public static ContractViolation parameter(Fault.Place place, String name, String text) {
        return new ContractViolation(Kind.PARAMETER_REFUSED, new Fault(place, name, text));
    }

    /** A header that does not fit. */
    public static ContractViolation header(String name, String text) {
        return new ContractViolation(
                Kind.HEADER_REFUSED, new Fault(Fault.Place.HEADER, name, text));
    }

    /** The body as a whole. */
    public static ContractViolation ofBody(Kind kind, String text) {
        return new ContractViolation(kind, new Fault(Fault.Place.BODY, "", text));
    }

    /** A member of the body that fits the schema but not what it must say. */
    public static ContractViolation member(String pointer, String text) {
        return new ContractViolation(Kind.BODY_REFUSED, new Fault(Fault.Place.BODY, pointer, text));
    }

    /** In what way the request does not fit. */
    public Kind kind() {
        return kind;
    }

    /** What does not fit; never empty. */
    public List<Fault> faults() {
        return faults;
    }
}
