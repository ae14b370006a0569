"""Words: plain vocabulary for passwords, names and sentences."""

COMMON = """
summer winter dragon sunshine monkey shadow master silver orange purple forest river mountain
falcon tiger eagle rocket planet galaxy castle bridge window garden coffee guitar thunder lightning
diamond crystal marble copper cobalt harbor island desert canyon meadow breeze autumn spring
monday friday october march pirate wizard knight hunter ranger cowboy batman pepper cookie cheese
banana cherry lemon mango apple pumpkin turtle rabbit panther cobra python spider phoenix
""".split()

TEAMS = "payments checkout search orders billing catalog identity ledger reporting media mail".split()
APPS = """
api worker web gateway scheduler indexer notifier importer exporter consumer relay mailer frontend
backend proxy collector builder crawler renderer
""".split()
NAMESPACES = "shop prod staging payments platform data observability ci web internal".split()
HOSTS = ["db.prod.svc", "postgres.data.svc.cluster.local", "mysql-primary", "10.20.4.7",
         "cache.internal", "rabbit.messaging.svc", "mongo-0.mongo", "warehouse.acme.example"]
