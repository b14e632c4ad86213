package io.weir.filter;

/** Why a filter does not compile; the texts are WinDivert's own. */
public enum ErrorCode {
    NONE("No error"),
    OUT_OF_MEMORY("Out of memory"),
    TOO_DEEP("Filter expression too deep"),
    TOO_LONG("Filter expression too long"),
    BAD_TOKEN("Filter expression contains a bad token"),
    BAD_TOKEN_FOR_LAYER("Filter expression contains a bad token for layer"),
    PARSE_ERROR("Filter expression parse error"),
    INDEX_OUT_OF_BOUNDS("Filter expression array index is out-of-bounds"),
    OBJECT_TOO_SHORT("Filter object buffer is too short"),
    BAD_OBJECT("Filter object is invalid");

    private final String text;

    ErrorCode(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
