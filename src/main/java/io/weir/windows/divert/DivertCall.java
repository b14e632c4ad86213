package io.weir.windows.divert;

/** What was asked of the driver when it refused. */
enum DivertCall {
    OPEN("opening the WinDivert driver failed"),
    RECEIVE("receiving from the WinDivert driver failed"),
    SEND("the WinDivert driver refused a packet"),
    PARAMETER("the WinDivert driver refused a queue parameter"),
    SHUTDOWN("the WinDivert driver refused to stop capturing");

    private final String what;

    DivertCall(String what) {
        this.what = what;
    }

    /** What happened, without why. */
    String what() {
        return what;
    }
}
