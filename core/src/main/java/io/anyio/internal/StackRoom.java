package io.anyio.internal;

/**
 * Checks that the stack has room for a step that must not be interrupted by a {@link StackOverflowError}. If there is
 * too little room, the check throws the error before the step begins.
 */
final class StackRoom {
    /*
     * The JVM checks the stack when a method is entered, by the size of its frame. To check for some kilobytes, enter a few
     * methods with large frames. A frame is large if the method contains a call with many arguments, executed or not. The
     * call must be executed now and then, or the compiler removes it; and its arguments must take enough bytecode to keep
     * the compiler from inlining the method.
     *
     * Compiled methods that make no calls do not check the stack at all. Without this check, code that has entered a
     * section could find too little room to call the method that leaves it. The check costs two nanoseconds a level.
     */

    private static final int LEVELS = 3; // of something over 1 KiB each
    private static final int LEVELS_TO_PASS_ON = 9;
    private static final int LEVELS_FOR_SECTION = 1;

    private static final int NOW_AND_THEN = 63;

    @SuppressWarnings("unused") // it gives the arguments a use
    private static long sum;

    private StackRoom() {}

    /**
     * Throws if there is too little room for a wait, or for starting a task.
     *
     * @param number any number that differs from call to call; a counter of all calls would be shared by all loops
     */
    static void require(int number) {
        enter(LEVELS, (number & NOW_AND_THEN) == 0);
    }

    /** Like {@link #require}, for passing a turn on, for which the JDK's scheduler needs more room. */
    static void requireToPassOn(int number) {
        enter(LEVELS_TO_PASS_ON, (number & NOW_AND_THEN) == 0);
    }

    /** Throws if there is too little room for a critical section and the wake-up after it. */
    static void requireForSection() {
        enter(LEVELS_FOR_SECTION, false); // the checks of the waits make the call often enough
    }

    private static void enter(int levels, boolean call) {
        if (call) {
            long x = levels;
            take(
                    x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1,
                    x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1,
                    x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1,
                    x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1,
                    x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1,
                    x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1,
                    x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1,
                    x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1,
                    x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1, x + 1);
        }
        if (levels > 0) {
            enter(levels - 1, call);
        }
    }

    @SuppressWarnings("TooManyParameters") // this is the purpose
    private static void take(
            long aa,
            long ab,
            long ac,
            long ad,
            long ae,
            long af,
            long ag,
            long ah,
            long ai,
            long aj,
            long ak,
            long al,
            long am,
            long an,
            long ao,
            long ap,
            long aq,
            long ar,
            long as,
            long at,
            long ba,
            long bb,
            long bc,
            long bd,
            long be,
            long bf,
            long bg,
            long bh,
            long bi,
            long bj,
            long bk,
            long bl,
            long bm,
            long bn,
            long bo,
            long bp,
            long bq,
            long br,
            long bs,
            long bt,
            long ca,
            long cb,
            long cc,
            long cd,
            long ce,
            long cf,
            long cg,
            long ch,
            long ci,
            long cj,
            long ck,
            long cl,
            long cm,
            long cn,
            long co,
            long cp,
            long cq,
            long cr,
            long cs,
            long ct,
            long da,
            long db,
            long dc,
            long dd,
            long de,
            long df,
            long dg,
            long dh,
            long di,
            long dj,
            long dk,
            long dl,
            long dm,
            long dn,
            long dodo,
            long dp,
            long dq,
            long dr,
            long ds,
            long dt,
            long ea,
            long eb,
            long ec,
            long ed,
            long ee,
            long ef,
            long eg,
            long eh,
            long ei,
            long ej,
            long ek,
            long el,
            long em,
            long en,
            long eo,
            long ep,
            long eq,
            long er,
            long es,
            long et,
            long fa,
            long fb,
            long fc,
            long fd,
            long fe,
            long ff,
            long fg,
            long fh,
            long fi,
            long fj,
            long fk,
            long fl,
            long fm,
            long fn,
            long fo,
            long fp,
            long fq,
            long fr,
            long fs,
            long ft) {
        sum = aa ^ ab ^ ac ^ ad ^ ae ^ af ^ ag ^ ah ^ ai ^ aj ^ ak ^ al ^ am ^ an ^ ao ^ ap ^ aq ^ ar ^ as ^ at ^ ba
                ^ bb ^ bc ^ bd ^ be ^ bf ^ bg ^ bh ^ bi ^ bj ^ bk ^ bl ^ bm ^ bn ^ bo ^ bp ^ bq ^ br ^ bs ^ bt ^ ca ^ cb
                ^ cc ^ cd ^ ce ^ cf ^ cg ^ ch ^ ci ^ cj ^ ck ^ cl ^ cm ^ cn ^ co ^ cp ^ cq ^ cr ^ cs ^ ct ^ da ^ db ^ dc
                ^ dd ^ de ^ df ^ dg ^ dh ^ di ^ dj ^ dk ^ dl ^ dm ^ dn ^ dodo ^ dp ^ dq ^ dr ^ ds ^ dt ^ ea ^ eb ^ ec
                ^ ed ^ ee ^ ef ^ eg ^ eh ^ ei ^ ej ^ ek ^ el ^ em ^ en ^ eo ^ ep ^ eq ^ er ^ es ^ et ^ fa ^ fb ^ fc ^ fd
                ^ fe ^ ff ^ fg ^ fh ^ fi ^ fj ^ fk ^ fl ^ fm ^ fn ^ fo ^ fp ^ fq ^ fr ^ fs ^ ft;
    }
}
