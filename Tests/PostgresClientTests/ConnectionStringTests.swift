import PostgresClient
import Testing

@Suite struct ConnectionStringTests {
    @Test(arguments: [
        "postgres://user:password@host/database", "postgresql://host:5432/lode", "postgres:///lode", "postgres://",
        "postgres://a:1,b:65535/lode", "postgres://a,b/lode", "postgres://[::1]:5433/lode", "postgres://u:p%40ss@h/d",
        "host=/run/postgresql dbname=lode", "host=a,b port=5432,", "port=5432 host=a,b", "dbname='my db'", "",
        "host=h options='-c a=b://c'", "hostaddr=10.0.0.1,10.0.0.2 port=5432,5433",
    ])
    func whatMayLeadToAServerIsWorthATry(text: String) {
        #expect(ConnectionString.problem(text) == nil)
    }

    @Test(
        arguments: [
            ("mysql://lode:hunter2@host/lode", "begins with neither"), ("http://hunter2", "begins with neither"),
            ("postgres://lode:hunter2@host:0/lode", "has a port"),
            ("postgres://lode:hunter2@host:70000/lode", "has a port"), ("postgres://host:-1/lode", "has a port"),
            ("postgres://host:5432x/lode", "has a port"), ("host=h port=hunter2", "has a port"),
            ("postgres://lode:p@s:hunter2@host/lode", "has a port"), ("postgres://a:1,b:0/lode", "has a port"),
            ("postgres://lode:hun%ter2@host/lode", "is no URL"), ("postgres://[::1/lode", "is no URL"),
            ("postgres://host/lode?hunter2", "is no URL"), ("postgres://host/lode?hunter2=1", "is no URL"),
            ("hunter2", "is neither"), ("password=hunter2 hunter2", "is neither"), ("hunter2=x", "is neither"),
            ("password='hunter2", "is neither"), ("host=h\0 password=hunter2", "is neither"),
            ("host=a,b port=1,2,3", "has another number"), ("host=a port=1,2", "has another number"),
        ]
    )
    func whatNeverWillIsSaidToBeWrong(text: String, beginning: String) {
        let problem = ConnectionString.problem(text)
        #expect(problem?.hasPrefix(beginning) == true, "\(problem ?? "nothing is wrong")")
        #expect(problem?.contains("hunter2") != true)
    }
}
